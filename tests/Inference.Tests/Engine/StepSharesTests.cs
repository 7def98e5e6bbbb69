using NGrammys.Inference.Engine;

namespace NGrammys.Inference.Tests.Engine;

public sealed class StepSharesTests
{
    [Fact]
    public void All_parts_together_are_the_pass_and_only_those_who_draft_pay_for_it()
    {
        var cost = new StepCost();
        for (var i = 0; i < 2000; i++) cost.Observe(1 + i % 20, 0.010 + 0.001 * (1 + i % 20));
        const double Seconds = 0.030;
        var shares = StepShares.Divide(cost, Seconds, roots: 4, nodes: 12, prefilled: 0);
        Assert.Equal(Seconds, 2 * shares.Of(0) + shares.Of(4) + shares.Of(8), 9);
        Assert.Equal(Seconds * cost.Of(4) / cost.Of(16) / 4, shares.Of(0), 9);
        Assert.True(shares.Of(8) > shares.Of(4) && shares.Of(4) > shares.Of(0));
    }

    [Fact]
    public void What_prompts_make_a_pass_dearer_is_nobody_s_part()
    {
        var cost = new StepCost();
        for (var i = 0; i < 2000; i++) cost.Observe(1 + i % 20, 0.010 + 0.001 * (1 + i % 20));
        var alone = StepShares.Divide(cost, 0.012, roots: 2, nodes: 0, prefilled: 0).Of(0);
        var beside = StepShares.Divide(cost, 0.012 * cost.Of(20) / cost.Of(2), roots: 2, nodes: 0, prefilled: 18).Of(0);
        Assert.Equal(alone, beside, 9);
    }

    [Fact]
    public void A_pass_of_prompts_alone_is_nobody_s() => Assert.Equal(default, StepShares.Divide(new StepCost(), 1, roots: 0, nodes: 0, prefilled: 100));
}
