namespace NGrammys.Drafting.Tests;

public sealed class DraftBudgetTests
{
    [Fact]
    public void Dearer_nodes_must_be_likelier()
    {
        var (cheap, dear) = (DraftBudget.Paying(32, 1.0 / 256), DraftBudget.Paying(32, 0.5));
        Assert.InRange(cheap.MinSurvival, 0.003f, 0.004f);
        Assert.InRange(dear.MinSurvival, 0.028f, 0.03f);
        Assert.Throws<ArgumentOutOfRangeException>(() => DraftBudget.Paying(32, 0));
    }

    [Fact]
    public void Default_is_what_follows_before_anything_is_measured() =>
        Assert.Equal(DraftBudget.DefaultMinSurvival, DraftBudget.Paying(DraftBudget.DefaultMaxNodes, 1.0 / 16).MinSurvival, 0.001f);

    [Fact]
    public void Nodes_below_it_pay_in_no_lone_step()
    {
        // As the auction decides: the next node pays while survival x (1 + c t) > c e.
        foreach (var cost in (double[])[0.01, 0.0625, 0.3])
        {
            var least = DraftBudget.Paying(32, cost).MinSurvival;
            for (var nodes = 0; nodes < 32; nodes++) Assert.True(0.999 * least * (1 + cost * (1 + nodes)) <= cost * 1);
        }
    }
}
