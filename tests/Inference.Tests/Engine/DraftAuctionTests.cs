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
            var roots = random.Next(1, 9);
            var survivals = Enumerable.Range(0, random.Next(0, 40)).Select(_ => (float)random.NextDouble()).ToArray();
            // Stairs of any height, now and then none for a while.
            var costs = new double[41];
            costs[0] = 1;
            for (var nodes = 1; nodes < costs.Length; nodes++) costs[nodes] = costs[nodes - 1] + (random.Next(3) == 0 ? random.NextDouble() / 4 : 0);
            var auction = new DraftAuction();
            for (var i = 0; i < survivals.Length; i++) auction.Bid(i % 3, i, survivals[i]);
            var taken = new List<int>();
            auction.Close(roots, costs, (_, node) => taken.Add(node));

            var sorted = survivals.OrderDescending().ToArray();
            double Rate(int count) => (roots + sorted.Take(count).Sum(s => (double)s)) / costs[count];
            var best = Enumerable.Range(0, sorted.Length + 1).Max(Rate);
            // A gain below two in a hundred is none.
            Assert.True(best <= 1.02 * Rate(0) ? taken.Count == 0 : Math.Abs(Rate(taken.Count) - best) < 1e-9, $"seed {seed}");
            Assert.Equal(sorted.Take(taken.Count), taken.Select(node => survivals[node]));
        }
    }

    [Fact]
    public void Nodes_are_taken_up_to_the_edge_of_a_stair()
    {
        // Three conversations, whose guesses get worse; a pass of more than sixteen tokens costs half as much again.
        var auction = new DraftAuction();
        for (var node = 0; node < 30; node++) auction.Bid(node % 3, node / 3, 0.9f * MathF.Pow(0.95f, node));
        double[] costs = [.. Enumerable.Range(0, 31).Select(nodes => 3 + nodes <= 16 ? 1.0 : 1.5)];
        Assert.Equal(13, Taken(auction, 3, costs));

        // The same guesses cross a low stair, and stop at the next.
        costs = [.. Enumerable.Range(0, 31).Select(nodes => 3 + nodes <= 16 ? 1.0 : 3 + nodes <= 24 ? 1.05 : 1.5)];
        Assert.Equal(21, Taken(auction, 3, costs));
    }

    [Fact]
    public void Of_equal_survival_parents_come_before_children()
    {
        var auction = new DraftAuction();
        for (var node = 0; node < 5; node++) auction.Bid(0, node, 0.5f);
        var taken = new List<int>();
        auction.Close(1, [1, 1, 1, 1], (_, node) => taken.Add(node));
        Assert.Equal([0, 1, 2], taken);
    }

    [Fact]
    public void Where_a_node_costs_as_much_as_a_step_nothing_unlikely_is_taken()
    {
        var auction = new DraftAuction();
        auction.Bid(0, 0, 0.3f);
        auction.Close(1, [1, 2], (_, _) => Assert.Fail("a draft that slows the step down was taken"));
    }

    private static int Taken(DraftAuction auction, int roots, double[] costs)
    {
        var taken = 0;
        auction.Close(roots, costs, (_, _) => taken++);
        return taken;
    }
}
