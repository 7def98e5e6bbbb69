using NGrammys.Failover.Faults;
using NGrammys.Failover.Hosts;
using NGrammys.Failover.Readers;
using NGrammys.TestSupport;

namespace NGrammys.Failover.Tests;

/// <summary>Real processes, killed, frozen, stopped and cut off from their database while replies are written: nobody may notice but by a pause.</summary>
/// <remarks>How long the pauses are is printed and not asserted: that is a matter of the machine. See docs/durability.md.</remarks>
public sealed class ClusterTests(ITestOutputHelper output)
{
    private const int Readers = 9, LongestReply = 120, Kills = 4;
    private static readonly TimeSpan Freeze = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan WithoutDatabase = TimeSpan.FromSeconds(10);

    // On a machine that is busy with other things a silo that is alive may answer late, and must not be declared dead for it.
    private static readonly ClusterShape Shape = new() { ProbeTimeout = TimeSpan.FromSeconds(4) };

    [Fact]
    public async Task Nothing_is_lost_doubled_altered_or_reordered_whatever_dies()
    {
        Requirement.Met(Database.Installed, "no PostgreSQL is installed (Debian: apt-get install postgresql).");
        await using var cluster = await LocalCluster.StartAsync(Shape);
        await using var audience = await Audience.GatherAsync(cluster, Readers, LongestReply);
        var disasters = new Disasters(cluster, audience);
        try
        {
            await audience.BeginAsync();
            for (var kill = 0; kill < Kills; kill++) Tell(await disasters.KillSiloAsync(kill % 3));
            for (var frontend = 0; frontend < 2; frontend++) Tell(await disasters.KillFrontendAsync(frontend));
            Tell(await disasters.FreezeSiloAsync(1, Freeze));
            Tell(await disasters.StopDatabaseAsync(WithoutDatabase));
            for (var silo = 0; silo < 3; silo++) Tell(await disasters.StopSiloAsync(silo));

            var verdict = await audience.EndAsync();

            output.WriteLine($"{verdict.Replies} replies, {verdict.Continued} of them continued by another silo, {verdict.Frames} frames");
            Assert.Empty(verdict.Faults);
            Assert.Empty(verdict.Failures);
            Assert.True(verdict.Continued > 0, "No reply was hit: the faults came between replies.");
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            throw new InvalidOperationException($"{e.Message}\n{cluster.Logs()}", e);
        }
    }

    private void Tell(Trial trial) =>
        output.WriteLine($"{trial.Fault}: {string.Join(", ", trial.Gaps.Order().Select(gap => $"{gap:f1} s"))}");
}
