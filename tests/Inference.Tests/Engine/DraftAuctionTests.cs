using NGrammys.Inference.Engine;

namespace NGrammys.Inference.Tests.Engine;

public sealed class DraftAuctionTests
{
    [Fact]
    public void The_set_taken_is_the_best_of_all_prefixes_by_survival()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var (roots, ratio) = (random.Next(1, 9), random.NextDouble() * 0.4);
            var survivals = Enumerable.Range(0, random.Next(0, 40)).Select(_ => (float)random.NextDouble()).ToArray();
            var auction = new DraftAuction();
            for (var i = 0; i < survivals.Length; i++) auction.Bid(i % 3, i, survivals[i]);
            var taken = new List<int>();
            auction.Close(roots, roots, 1000, ratio, (_, node) => taken.Add(node));

            var sorted = survivals.OrderDescending().ToArray();
            double Rate(int count) => (roots + sorted.Take(count).Sum(s => (double)s)) / (1 + ratio * (roots + count));
            var best = Enumerable.Range(0, sorted.Length + 1).Max(Rate);
            Assert.InRange(Rate(taken.Count), best - 1e-9, best + 1e-9);
            Assert.Equal(sorted.Take(taken.Count), taken.Select(node => survivals[node]));
        }
    }

    [Fact]
    public void Of_equal_survival_parents_come_before_children()
    {
        var auction = new DraftAuction();
        for (var node = 0; node < 5; node++) auction.Bid(0, node, 0.5f);
        var taken = new List<int>();
        auction.Close(1, 1, 3, 0.01, (_, node) => taken.Add(node));
        Assert.Equal([0, 1, 2], taken);
    }

    [Fact]
    public void Where_a_node_costs_as_much_as_a_step_nothing_unlikely_is_taken()
    {
        var auction = new DraftAuction();
        auction.Bid(0, 0, 0.3f);
        auction.Close(1, 1, 10, 1, (_, _) => Assert.Fail("a draft that slows the step down was taken"));
    }
}
