namespace NGrammys.Drafting.Tests;

public sealed class DraftPriceTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(8)]
    [InlineData(16)]
    public void The_average_of_all_steps_never_exceeds_the_bound(double bound)
    {
        for (var seed = 0; seed < 30; seed++)
        {
            var random = new Random(seed);
            var price = new DraftPrice(bound);
            var spent = 0;
            for (var step = 1; step <= 500; step++)
            {
                // Greedy: now and then everything that is allowed.
                var most = price.Next.MaxNodes;
                var nodes = random.Next(3) == 0 ? most : random.Next(most + 1);
                price.Spend(nodes);
                spent += nodes;
                Assert.True(spent <= bound * step + 1e-9, $"seed {seed}, step {step}: {spent} nodes");
            }
        }
    }

    [Fact]
    public void The_price_rises_with_what_is_spent_and_falls_with_what_is_left()
    {
        var (spending, saving) = (new DraftPrice(8), new DraftPrice(8));
        for (var step = 0; step < 100; step++)
        {
            saving.Spend(1);
            spending.Spend(step % 2 == 0 ? 8 : 10);
        }

        Assert.True(spending.Next.MinSurvival > saving.Next.MinSurvival);
        Assert.Equal(48, saving.Next.MaxNodes);
    }
}
