namespace NGrammys.Drafting.Tests;

public sealed class ConversationDrafterTests
{
    private static readonly DraftBudget Roomy = new(MaxNodes: 32);

    [Fact]
    public void Draft_nothing_repeats_drafts_nothing()
    {
        var drafter = new ConversationDrafter();
        drafter.Append(1, 2, 3, 4);

        Assert.Equal(0, drafter.Draft(Roomy).Count);
    }

    [Fact]
    public void Draft_repetition_is_followed_from_the_first_step()
    {
        var drafter = new ConversationDrafter();
        drafter.Append(1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3);

        Assert.Equal([4, 5, 6], LikeliestPath(drafter.Draft(Roomy with { MinSurvival = 0.001f }))[..3]);
    }

    [Fact]
    public void Draft_loop_fills_the_depth_once_it_has_proved_itself()
    {
        var drafter = new ConversationDrafter();
        drafter.Observe([.. Enumerable.Repeat<int[]>([7, 8], 50).SelectMany(pair => pair), 7]);

        Assert.Equal(Enumerable.Repeat<int[]>([8, 7], 8).SelectMany(pair => pair), LikeliestPath(drafter.Draft(Roomy with { MaxDepth = 16 })));
    }

    [Fact]
    public void Draft_different_continuations_become_siblings()
    {
        var drafter = new ConversationDrafter();
        drafter.Append(1, 2, 3, 1, 2, 4, 1, 2);
        var tree = drafter.Draft(Roomy with { MinSurvival = 0.001f });
        var children = Enumerable.Range(0, tree.Count).Where(node => tree.Parents[node] == DraftTree.Root).Select(node => tree.Tokens[node]).ToList();

        // Behind what followed the same suffix come tokens that are merely frequent.
        Assert.Equal([4, 3], children.Take(2));
    }

    [Fact]
    public void Draft_any_budget_is_kept_and_the_likeliest_nodes_come_first()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var drafter = new ConversationDrafter();
            for (var token = 0; token < 100; token++) drafter.Observe(random.Next(4));
            var budget = new DraftBudget(random.Next(40), random.Next(10), random.NextSingle() * 0.1f);
            var tree = drafter.Draft(budget);

            Assert.InRange(tree.Count, 0, budget.MaxNodes);
            for (var node = 0; node < tree.Count; node++)
            {
                Assert.InRange(tree.Depths[node], 1, budget.MaxDepth);
                Assert.InRange(tree.Survival[node], budget.MinSurvival, node == 0 ? 1 : tree.Survival[node - 1]);
                Assert.InRange(tree.Parents[node], DraftTree.Root, node - 1);
                Assert.Equal(DraftSource.Context, tree.Sources[node]);
            }
            Assert.Equal(tree.Count, Enumerable.Range(0, tree.Count).Select(node => (tree.Parents[node], tree.Tokens[node])).Distinct().Count());
        }
    }

    [Fact]
    public void Draft_again_gives_the_same_draft()
    {
        var drafter = new ConversationDrafter();
        drafter.Append(1, 2, 3, 1, 2, 4, 1, 2);
        var first = drafter.Draft(Roomy).Tokens.ToArray();

        Assert.NotEmpty(first);
        Assert.Equal(first, drafter.Draft(Roomy).Tokens);
    }

    [Fact]
    public void Truncate_forgets_the_text_behind_it()
    {
        var drafter = new ConversationDrafter();
        drafter.Append(1, 2, 3, 4, 1, 2, 5, 1, 2);
        drafter.Truncate(4);
        drafter.Append(1, 2);

        Assert.Equal(6, drafter.Length);
        Assert.DoesNotContain(5, drafter.Draft(Roomy).Tokens.ToArray());
    }

    [Fact]
    public void Observe_guesses_that_fail_lose_their_trust()
    {
        var random = new Random(1);
        var drafter = new ConversationDrafter();
        for (var token = 0; token < 3000; token++) drafter.Observe(random.Next(50));
        var tree = drafter.Draft(new DraftBudget(1, MinSurvival: 0));

        Assert.InRange(tree.Survival[0], 0, 0.1f);
    }

    [Fact]
    public void Draft_survival_is_calibrated_within_five_points_per_decile()
    {
        const int depth = 4, teachers = 20;
        IDraftSource[] Sources() => [new ContextSource(), new RecentSource()];
        var prior = new SurvivalModel(Sources());
        var deciles = new (double Predicted, int Accepted, int Nodes)[10];
        for (var seed = 0; seed < 40; seed++)
        {
            var text = CopiedText(new Random(seed), 2000);
            var drafter = new ConversationDrafter(Sources(), prior);
            for (var (at, emitted) = (0, 0); at + depth < text.Length; at += emitted)
            {
                var tree = drafter.Draft(Roomy with { MaxDepth = depth });
                var right = new bool[tree.Count];
                for (var node = 0; node < tree.Count; node++)
                {
                    var parent = tree.Parents[node];
                    right[node] = (parent == DraftTree.Root || right[parent]) && text[at + tree.Depths[node] - 1] == tree.Tokens[node];
                    if (seed < teachers) continue;
                    ref var decile = ref deciles[Math.Min((int)(tree.Survival[node] * 10), 9)];
                    decile = (decile.Predicted + tree.Survival[node], decile.Accepted + (right[node] ? 1 : 0), decile.Nodes + 1);
                }
                emitted = right.Count(node => node) + 1;
                drafter.Observe(text.AsSpan(at, emitted));
            }
        }

        // Fewer than one node in a hundred say little about a decile.
        var all = deciles.Sum(decile => decile.Nodes);
        var held = deciles.Where(decile => decile.Nodes * 100 >= all).ToList();

        Assert.InRange(held.Count, 3, 10);
        Assert.All(held, decile => Assert.Equal(decile.Predicted / decile.Nodes, (double)decile.Accepted / decile.Nodes, tolerance: 0.05));
    }

    [Fact]
    public void Speculation_brings_the_plain_output_in_fewer_steps()
    {
        var (tokens, steps) = (0, 0);
        for (var seed = 0; seed < 2000; seed++)
        {
            var target = new ScriptedTarget(seed, vocabulary: 5);
            var prompt = target.Prompt();
            var plain = target.Continue(prompt, count: 50);
            var (speculated, taken) = Speculate(target, prompt, plain.Length);

            Assert.Equal(plain, speculated);
            (tokens, steps) = (tokens + plain.Length, steps + taken);
        }
        Assert.InRange((double)tokens / steps, 2, 50);
    }

    [Fact]
    public void Steps_allocate_nothing_once_buffers_have_grown()
    {
        var random = new Random(1);
        var grams = new SharedNGrams();
        var prediction = new PredictionSource();
        var drafter = new ConversationDrafter([new ContextSource(), new SharedSource(grams), prediction, new RecentSource()]);
        var tokens = Enumerable.Range(0, 1000).Select(_ => random.Next(10)).ToArray();
        grams.Add(Guid.NewGuid(), [], tokens);
        grams.Count();
        prediction.Expect(0, tokens);
        Step();
        drafter.Truncate(0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Step();

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Step()
        {
            foreach (var token in tokens)
            {
                drafter.Draft(Roomy);
                drafter.Observe(token);
            }
        }
    }

    private static int[] LikeliestPath(DraftTree tree)
    {
        List<int> path = [];
        for (var node = FirstChild(DraftTree.Root); node >= 0; node = FirstChild(node)) path.Add(tree.Tokens[node]);
        return [.. path];

        int FirstChild(int parent) => tree.Parents.IndexOf(parent);
    }

    /// <summary>Passages copied from earlier text, of random length, between runs of fresh tokens.</summary>
    private static int[] CopiedText(Random random, int count)
    {
        List<int> text = [.. Enumerable.Range(0, 50).Select(_ => random.Next(200))];
        while (text.Count < count)
        {
            for (var source = random.Next(text.Count - 1); random.Next(10) > 0; source++) text.Add(text[source]);
            while (random.Next(3) > 0) text.Add(random.Next(200));
        }
        return [.. text.Take(count)];
    }

    private static (int[] Tokens, int Steps) Speculate(ScriptedTarget target, int[] prompt, int count)
    {
        var drafter = new ConversationDrafter();
        drafter.Append(prompt);
        List<int> text = [.. prompt];
        var steps = 0;
        var accepted = new int[32];
        for (; text.Count < prompt.Length + count; steps++)
        {
            var tree = drafter.Draft(new DraftBudget(MaxNodes: 12));
            var verified = Verification.Walk(tree.Tokens, tree.Parents, node => target.Next([.. text, .. Path(node)]), accepted);
            var last = verified.Length == 0 ? DraftTree.Root : accepted[verified.Length - 1];
            int[] emitted = [.. Path(last), verified.Token];
            text.AddRange(emitted);
            drafter.Observe(emitted);

            int[] Path(int node)
            {
                var path = new int[node == DraftTree.Root ? 0 : tree.Depths[node]];
                tree.CopyPath(node, path);
                return path;
            }
        }
        return ([.. text.Skip(prompt.Length).Take(count)], steps);
    }

    [Fact]
    public void Where_nothing_can_be_guessed_only_every_fourth_draft_is_looked_for()
    {
        var source = new ListedSource(DraftSource.Context);
        var drafter = new ConversationDrafter([source]);
        drafter.Append(1);
        int Step()
        {
            var before = source.Asked;
            var drafted = drafter.Draft(new DraftBudget(8)).Count;
            drafter.Observe(1);
            return drafted > 0 ? -1 : source.Asked - before;
        }

        // A look and a score of what could have been guessed.
        for (var step = 0; step < 32; step++) Assert.Equal(2, Step());
        Assert.Equal(16, Enumerable.Range(0, 32).Sum(_ => Step()));

        source.Listed = [new Guess(1, 0)];
        Assert.Contains(-1, Enumerable.Range(0, 4).Select(_ => Step()));
        Assert.Equal(-1, Step());
    }
}
