using NGrammys.Grains.Interfaces.Cluster;
using NGrammys.WebFrontend.Admin;

namespace NGrammys.WebFrontend.Tests.Admin;

public sealed class PilotReportTests
{
    private static readonly DateTimeOffset Began = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Costs_are_compared_and_what_was_saved_is_told_for_a_month()
    {
        // 10 ms a token without, 5 with: twice as fast. One node is a day old, the other two.
        var one = Node(1, new PilotDescription("later", Turns(100, 0.5, 100, 0.5), Turns(100, 1.0, 50, 0.5)));
        var other = Node(2, new PilotDescription("later", Turns(200, 1.0), Turns(100, 1.0)), new PilotDescription("first", Turns(100, 1.0), default));
        var report = PilotReport.Of(Cluster(one, other, Node(0) with { Details = null }), Began);
        Assert.Equal(["first", "later"], report.Kinds.Select(kind => kind.Kind));
        var later = report.Kinds[1];
        Assert.Equal((3, 400L, 2.0), (later.Speculated.Turns, later.Speculated.Tokens, later.Speculated.DeviceSeconds));
        Assert.Equal((3, 250L, 2.5), (later.Control.Turns, later.Control.Tokens, later.Control.DeviceSeconds));
        Assert.Equal(2.0, later.SavedDeviceSeconds!.Value, 9);
        var estimate = later.TimesAsFast!.Value;
        Assert.Equal((2.0, 2.0, 2.0), (Math.Round(estimate.Value, 9), Math.Round(estimate.Low, 6), Math.Round(estimate.High, 6)));
        // Without control nothing is claimed.
        Assert.Null(report.Kinds[0].SavedDeviceSeconds);
        Assert.Null(report.Kinds[0].TimesAsFast);
        Assert.Equal(2.0, report.SavedDeviceSeconds, 9);
        Assert.Equal(1.0 * 30 + 1.0 * 15, report.SavedDeviceSecondsPerMonth, 6);
    }

    [Fact]
    public void The_interval_holds_the_truth_about_as_often_as_it_says()
    {
        const int Seed = 11, Trials = 400;
        var random = new Random(Seed);
        var held = 0;
        for (var trial = 0; trial < Trials; trial++)
        {
            PilotSums Draw(int turns, double mean)
            {
                var sums = default(PilotSums);
                for (var i = 0; i < turns; i++)
                {
                    var tokens = random.Next(10, 400);
                    sums = sums.With(tokens, tokens * mean * (0.5 + random.NextDouble()));
                }

                return sums;
            }

            var estimate = PilotKind.Of("later", Draw(300, 0.006), Draw(40, 0.009)).TimesAsFast!.Value;
            held += estimate.Low <= 1.5 && 1.5 <= estimate.High ? 1 : 0;
        }

        Assert.True(held is > Trials * 88 / 100 and <= Trials * 99 / 100, $"seed {Seed}: {held} of {Trials} intervals hold the truth");
    }

    [Fact]
    public void Without_any_turn_there_is_nothing_to_tell()
    {
        var report = PilotReport.Of(Cluster(Node(1)), Began);
        Assert.Empty(report.Kinds);
        Assert.Equal(0, report.SavedDeviceSecondsPerMonth);
    }

    private static PilotSums Turns(params double[] tokensAndSeconds) =>
        tokensAndSeconds.Chunk(2).Aggregate(default(PilotSums), (sums, turn) => sums.With(turn[0], turn[1]));

    private static ClusterDescription Cluster(params NodeDescription[] nodes) => new() { Nodes = nodes };

    private static NodeDescription Node(int days, params PilotDescription[] pilot) => new()
    {
        Address = $"10.0.0.{days}:11111@1",
        Name = $"node {days}",
        Status = "Active",
        Started = Began - TimeSpan.FromDays(days),
        Conversations = 0,
        Details = new NodeDetails { Version = "1", Leaving = false, Memory = 0, Replies = 0, Devices = [], Sources = [], Pilot = pilot },
    };
}
