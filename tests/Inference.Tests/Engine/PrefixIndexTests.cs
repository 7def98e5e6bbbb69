using NGrammys.Inference.Engine;

namespace NGrammys.Inference.Tests.Engine;

public sealed class PrefixIndexTests
{
    private readonly PrefixIndex _index = new();

    [Fact]
    public void The_longest_beginning_is_found_to_the_token()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var index = new PrefixIndex();
            List<KeptPrefix> kept = [.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => Text(random, random.Next(2)))];
            kept.ForEach(index.Advance);
            foreach (var forgotten in kept.Where(_ => random.Next(4) == 0).ToArray())
            {
                index.Remove(forgotten);
                kept.Remove(forgotten);
            }

            var wanted = Text(random, random.Next(2));
            var (holder, length) = index.Find(wanted);
            var longest = kept.Where(text => text.Blocks.Scope == wanted.Blocks.Scope).Select(text => Common(text, wanted)).DefaultIfEmpty().Max();
            // Less than a block is not looked for.
            if (longest < TokenBlocks.Length) Assert.True(holder is null, $"seed {seed}");
            else Assert.True(length == longest && Common(holder!, wanted) == longest, $"seed {seed}: {length} instead of {longest}");
        }
    }

    [Fact]
    public void Only_what_is_computed_is_found()
    {
        var sequence = SequenceRowsTests.Sequence("a", 200);
        var later = SequenceRowsTests.Sequence("a", 200);
        sequence.Cached = 70;
        _index.Advance(sequence);
        Assert.Equal((sequence, 70), _index.Find(later));
        sequence.Cached = 199;
        _index.Advance(sequence);
        Assert.Equal((sequence, 199), _index.Find(later));
        _index.Remove(sequence);
        Assert.Null(_index.Find(later).Holder);
    }

    [Theory]
    [InlineData("other", "a", 0)]
    [InlineData("model", "b", 0)]
    [InlineData("model", "a", 1)]
    public void Nothing_is_found_of_another_model_another_tenant_or_other_angles(string fingerprint, string tenant, int angles)
    {
        int[] tokens = new int[100];
        _index.Advance(new KeptPrefix(tokens, new TokenBlocks(new("model", "a", 0))));
        Assert.NotNull(_index.Find(new KeptPrefix(tokens, new TokenBlocks(new("model", "a", 0)))).Holder);
        Assert.Null(_index.Find(new KeptPrefix(tokens, new TokenBlocks(new(fingerprint, tenant, angles)))).Holder);
    }

    private static int Common(IKvHolder a, IKvHolder b) => a.Tokens.CommonPrefixLength(b.Tokens);

    // Forks of a few texts.
    private static KeptPrefix Text(Random random, int tenant)
    {
        var tokens = new int[random.Next(1, 200)];
        for (var i = 0; i < tokens.Length; i++) tokens[i] = random.Next(80) == 0 ? 1 : 0;
        return new KeptPrefix(tokens, new TokenBlocks(new("model", $"{tenant}", 0)));
    }
}
