namespace NGrammys.Drafting.Tests;

public sealed class DraftTreeTests
{
    [Fact]
    public void Add_guesses_that_begin_alike_share_their_nodes()
    {
        var tree = new DraftTree();
        AddChain(tree, 5, 6, 7);
        AddChain(tree, 5, 6, 8);
        AddChain(tree, 6);

        Assert.Equal([5, 6, 7, 8, 6], tree.Tokens);
        Assert.Equal([-1, 0, 1, 1, -1], tree.Parents);
        Assert.Equal([1, 2, 3, 3, 1], tree.Depths);
    }

    [Fact]
    public void Add_same_guess_again_keeps_first_source_and_greater_survival()
    {
        var tree = new DraftTree();
        var node = tree.Add(5, DraftTree.Root, DraftSource.Context, 0.25f);

        Assert.Equal(node, tree.Add(5, DraftTree.Root, DraftSource.Model, 0.5f));
        Assert.Equal(node, tree.Add(5, DraftTree.Root, DraftSource.Model, 0.1f));
        Assert.Equal([0.5f], tree.Survival);
        Assert.Equal(DraftSource.Context, Assert.Single(tree.Sources.ToArray()));
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(0)]
    public void Add_unknown_parent_throws(int parent) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new DraftTree().Add(1, parent, DraftSource.Context, 1));

    [Fact]
    public void Any_guesses_form_a_trie_with_parents_before_children()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var tree = new DraftTree();
            var guesses = new HashSet<string>();
            for (var guess = 0; guess < 40; guess++)
            {
                var tokens = Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Next(3)).ToArray();
                AddChain(tree, tokens);
                for (var length = 1; length <= tokens.Length; length++) guesses.Add(string.Join(' ', tokens[..length]));
            }

            var paths = Enumerable.Range(0, tree.Count).Select(node => Path(tree, node)).ToList();
            Assert.Equal(guesses.Order(), paths.Order());
            for (var node = 0; node < tree.Count; node++) Assert.InRange(tree.Parents[node], DraftTree.Root, node - 1);
        }
    }

    [Fact]
    public void Clear_then_refill_allocates_nothing()
    {
        var tree = new DraftTree();
        Fill();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Fill();

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(100, tree.Count);

        void Fill()
        {
            tree.Clear();
            for (var node = 0; node < 100; node++) tree.Add(node, node / 2 - 1, DraftSource.Context, 0.5f);
        }
    }

    private static void AddChain(DraftTree tree, params ReadOnlySpan<int> tokens)
    {
        var parent = DraftTree.Root;
        foreach (var token in tokens) parent = tree.Add(token, parent, DraftSource.Context, 0.5f);
    }

    private static string Path(DraftTree tree, int node)
    {
        var parent = tree.Parents[node];
        return (parent == DraftTree.Root ? "" : Path(tree, parent) + " ") + tree.Tokens[node];
    }
}
