namespace NGrammys.Drafting.Tests;

public sealed class LogOddsTests
{
    [Fact]
    public void By_eights_they_are_what_they_are_one_by_one()
    {
        var probabilities = Enumerable.Range(1, 64).Select(step => step / 65f).ToArray();
        var (logOdds, back) = (new float[64], new float[64]);
        LogOdds.Of(probabilities, logOdds);
        LogOdds.Probability(logOdds, back);

        for (var i = 0; i < 64; i++)
        {
            Assert.Equal(LogOdds.Of(probabilities[i]), logOdds[i], tolerance: 1e-5f);
            Assert.Equal(probabilities[i], back[i], tolerance: 1e-6f);
            Assert.Equal(probabilities[i], LogOdds.Probability(logOdds[i]), tolerance: 1e-6f);
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 8)]
    [InlineData(8, 8)]
    [InlineData(17, 24)]
    public void Blocks_hold_all_values(int count, int expected) => Assert.Equal(expected, LogOdds.Blocks(count));
}
