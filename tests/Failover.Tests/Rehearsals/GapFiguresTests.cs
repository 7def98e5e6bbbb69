using NGrammys.Failover.Rehearsals;

namespace NGrammys.Failover.Tests.Rehearsals;

public sealed class GapFiguresTests
{
    [Fact]
    public void Of_takes_nearest_ranks()
    {
        Assert.Null(GapFigures.Of([]));
        Assert.Equal(new GapFigures(1, 2, 2, 2), GapFigures.Of([2]));
        Assert.Equal(new GapFigures(200, 100, 198, 200), GapFigures.Of(Enumerable.Range(1, 200).Reverse().Select(second => (double)second)));
    }
}
