using NGrammys.Inference.Engine;

namespace NGrammys.Inference.Tests.Engine;

public sealed class StepCostTests
{
    [Theory]
    [InlineData(0.010, 0.0005)]
    [InlineData(0.002, 0.0004)]
    public void The_ratio_of_a_line_is_found_in_noise(double @fixed, double perToken)
    {
        var random = new Random(4);
        var cost = new StepCost();
        for (var i = 0; i < 500; i++)
        {
            var tokens = random.Next(1, 40);
            cost.Observe(tokens, (@fixed + perToken * tokens) * (0.9 + 0.2 * random.NextDouble()));
        }

        Assert.InRange(cost.Ratio, 0.75 * perToken / @fixed, 1.3 * perToken / @fixed);
    }

    [Fact]
    public void Without_passes_of_different_sizes_the_prior_holds()
    {
        var cost = new StepCost();
        var prior = cost.Ratio;
        for (var i = 0; i < 100; i++) cost.Observe(1, 0.01);
        Assert.Equal(prior, cost.Ratio);
    }

    [Fact]
    public void A_clock_that_lies_cannot_switch_speculation_off_for_good_or_make_it_free()
    {
        var cost = new StepCost();
        for (var i = 1; i < 100; i++) cost.Observe(i % 30 + 1, i % 30 == 0 ? 1 : 1e-9);
        Assert.InRange(cost.Ratio, 1e-3, 1);
    }
}
