using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Engine;

namespace NGrammys.Inference.Tests.Engine;

public sealed class PrefillSharesTests
{
    private const int Budget = 256;

    private readonly PrefillShares _shares = new();

    [Fact]
    public void A_short_prompt_behind_a_long_one_is_read_in_the_next_step()
    {
        Assert.Equal([156, 100], Divide(Reading("a", 30_000), Reading("a", 100)));
    }

    [Fact]
    public void Of_equal_prompts_the_oldest_comes_first()
    {
        Assert.Equal([256, 0, 0], Divide(Reading("a", 500), Reading("a", 500), Reading("a", 500)));
    }

    [Fact]
    public void The_oldest_is_not_overtaken_for_ever()
    {
        var oldest = Reading("a", 10_000);
        for (var step = 0; step < 10_000 / (Budget / 2); step++)
        {
            Assert.True(Divide(oldest, Reading("a", 300), Reading("a", 300))[0] >= Math.Min(Budget / 2, oldest.Ids.Count - 1 - oldest.Cached));
            oldest.Cached += Math.Min(Budget / 2, oldest.Ids.Count - 1 - oldest.Cached);
        }
    }

    [Fact]
    public void Between_tenants_the_budget_is_split_by_their_running_sequences()
    {
        Assert.Equal([0, 0, 192, 64], Divide(Decoding("a"), Decoding("a"), Reading("a", 5000), Reading("b", 5000)));
        Assert.Equal([0, 156, 100], Divide(Decoding("b"), Reading("a", 5000), Reading("b", 100)));
    }

    [Fact]
    public void Nobody_gets_more_than_he_needs_and_nothing_is_left_while_somebody_needs_it()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var budget = random.Next(1, 300);
            Sequence[] sequences = [.. Enumerable.Range(0, random.Next(1, 20)).Select(_ => Reading($"{random.Next(4)}", random.Next(200)))];
            var shares = _shares.Divide(sequences, budget).ToArray();
            var missing = sequences.Select(sequence => sequence.Ids.Count - 1 - sequence.Cached).ToArray();
            for (var i = 0; i < shares.Length; i++) Assert.True(shares[i] >= 0 && shares[i] <= missing[i], $"seed {seed}: {shares[i]} of {missing[i]}");
            Assert.True(shares.Sum() == Math.Min(budget, missing.Sum()), $"seed {seed}: {shares.Sum()} of {budget}");
        }
    }

    private int[] Divide(params Sequence[] sequences) => _shares.Divide(sequences, Budget).ToArray();

    private static Sequence Decoding(string tenant) => Reading(tenant, 0);

    private static Sequence Reading(string tenant, int tokens) =>
        new(new SequenceRequest { Id = Guid.NewGuid(), Tenant = tenant, Ids = new int[tokens + 1], MaxTokens = 10 }, 100_000);
}
