using NGrammys.Inference.Engine;

namespace NGrammys.Inference.Tests.Engine;

public sealed class StepCostTests
{
    [Theory]
    [InlineData(0.010, 0.0005)]
    [InlineData(0.002, 0.0004)]
    public void A_line_is_found_in_noise(double @fixed, double perToken)
    {
        var cost = Taught(4, 1000, tokens => @fixed + perToken * tokens);
        foreach (var tokens in (int[])[4, 16, 30]) AssertNear((@fixed + perToken * tokens) / (@fixed + perToken), cost.Of(tokens) / cost.Of(1), 0.15);
    }

    [Fact]
    public void Stairs_are_found_where_they_are()
    {
        var cost = Taught(5, 3000, Stairs);
        Assert.InRange(cost.Of(8) / cost.Of(1), 0.95, 1.1);
        Assert.InRange(cost.Of(9) / cost.Of(8), 1.7, 2.1);
        Assert.InRange(cost.Of(16) / cost.Of(9), 0.95, 1.1);
        Assert.InRange(cost.Of(18) / cost.Of(16), 1.35, 1.6);
    }

    [Fact]
    public void More_tokens_never_cost_less()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            var cost = Taught(seed, 200, _ => random.NextDouble());
            for (var tokens = 1; tokens < 6000; tokens += 1 + tokens / 20) Assert.True(cost.Of(tokens) <= cost.Of(tokens + 1 + tokens / 20), $"seed {seed}, {tokens} tokens");
        }
    }

    [Fact]
    public void What_nobody_has_seen_lies_on_the_line_of_what_was_seen()
    {
        var random = new Random(6);
        var flat = new StepCost();
        for (var pass = 0; pass < 500; pass++) flat.Observe(random.Next(1, 9), 0.005 * (0.95 + 0.1 * random.NextDouble()));
        Assert.InRange(flat.Of(64) / flat.Of(8), 1, 1.35);
    }

    [Fact]
    public void A_machine_that_others_slow_down_teaches_no_other_stairs()
    {
        var (random, slow) = (new Random(7), 1.0);
        var cost = new StepCost();
        for (var pass = 0; pass < 3000; pass++)
        {
            // For hundreds of passes three times as slow, and then only small steps.
            slow = pass / 300 % 2 == 0 ? 1 : 3;
            var tokens = random.Next(1, slow > 1 ? 7 : 33);
            cost.Observe(tokens, slow * Stairs(tokens) * (0.9 + 0.2 * random.NextDouble()));
        }

        Assert.InRange(cost.Of(9) / cost.Of(8), 1.4, 2.3);
        Assert.InRange(cost.Of(8) / cost.Of(1), 0.9, 1.2);
    }

    [Fact]
    public void What_a_clock_has_lied_is_forgotten()
    {
        var random = new Random(8);
        var cost = new StepCost();
        for (var pass = 1; pass < 300; pass++) cost.Observe(pass % 30 + 1, pass % 30 == 0 ? 1 : 1e-9);
        Assert.InRange(cost.Price(1, 64), 1.0 / 256, 1);
        // Nobody drafts any more, say: steps of one token alone.
        for (var pass = 0; pass < 6000; pass++) cost.Observe(1, 0.01 * (0.9 + 0.2 * random.NextDouble()));
        AssertNear(new StepCost().Price(1, 24), cost.Price(1, 24), 0.2);
    }

    [Fact]
    public void A_clock_that_stands_still_teaches_nothing()
    {
        var cost = new StepCost();
        for (var pass = 0; pass < 100; pass++) cost.Observe(pass % 30 + 1, 0);
        Assert.Equal(new StepCost().Of(30), cost.Of(30));
    }

    [Fact]
    public void The_price_of_nodes_is_that_of_the_stair_where_they_are_cheapest()
    {
        var cost = Taught(9, 3000, Stairs);
        // Beside one root seven are free; beside eight twenty-four more triple the cost, beside sixteen sixteen more take half as much again.
        Assert.InRange(cost.Price(1, 24), 1.0 / 256, 0.02);
        AssertNear(2.0 * 8 / 24, cost.Price(8, 24), 0.15);
        AssertNear(0.5, cost.Price(16, 16), 0.15);
    }

    [Fact]
    public void Where_every_token_costs_a_step_no_node_pays() =>
        Assert.InRange(Taught(10, 2000, tokens => 0.01 * tokens).Price(16, 20), 0.85, 1);

    private static double Stairs(int tokens) => tokens <= 8 ? 0.01 : tokens <= 16 ? 0.02 : 0.03;

    private static StepCost Taught(int seed, int passes, Func<int, double> seconds)
    {
        var random = new Random(seed);
        var cost = new StepCost();
        for (var pass = 0; pass < passes; pass++)
        {
            var tokens = random.Next(1, 40);
            cost.Observe(tokens, seconds(tokens) * (0.9 + 0.2 * random.NextDouble()));
        }

        return cost;
    }

    private static void AssertNear(double expected, double actual, double share) => Assert.InRange(actual, expected * (1 - share), expected * (1 + share));
}
