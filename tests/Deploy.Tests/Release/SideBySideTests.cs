using NGrammys.Failover.Faults;
using NGrammys.Failover.Hosts;
using NGrammys.Failover.Readers;
using NGrammys.TestSupport;

namespace NGrammys.Deploy.Tests.Release;

/// <summary>A cluster goes from one release to another, process by process, while people read: nobody may notice but by a pause.</summary>
/// <remarks>One release is the archive's, the other what these tests were built with: builds apart, of one tree, with two version numbers. Between trees of different days it
/// is tried by <c>ngrammys bench failover --from</c>, see docs/operations/upgrades.md.</remarks>
public sealed class SideBySideTests(ReleaseArchive archive, ITestOutputHelper output)
{
    private const int Readers = 6, LongestReply = 60;

    [Fact]
    public async Task Silos_and_frontends_of_two_releases_lose_nothing_between_them()
    {
        Requirement.Met(Database.Installed, "no PostgreSQL is installed (Debian: apt-get install postgresql).");
        using var folder = new ScratchFolder();
        var before = Failover.Hosts.Release.At(Path.Combine(await archive.UnpackAsync(folder), "bin"));
        var after = Failover.Hosts.Release.Own;
        Assert.StartsWith(ReleaseArchive.Version, before.Version, StringComparison.Ordinal);
        Assert.False(after.Version.StartsWith(ReleaseArchive.Version, StringComparison.Ordinal), "both are one release");

        // Probes as patient as on a machine that is busy with other things.
        await using var cluster = await LocalCluster.StartAsync(new ClusterShape { Silos = 2, Frontends = 1, Release = before, ProbeTimeout = TimeSpan.FromSeconds(4), StepTime = TimeSpan.FromMilliseconds(50) });
        await using var audience = await Audience.GatherAsync(cluster, Readers, LongestReply);
        var disasters = new Disasters(cluster, audience);
        await audience.BeginAsync();
        // Node by node: an old frontend meets a new silo, and a new one an old silo.
        Tell(await disasters.ReplaceSiloAsync(0, after));
        Tell(await disasters.ReplaceFrontendAsync(0, after));
        Tell(await disasters.ReplaceSiloAsync(1, after));
        var verdict = await audience.EndAsync();

        output.WriteLine($"{verdict.Replies} replies, {verdict.Continued} of them continued by another silo, {verdict.Frames} frames");
        Assert.Empty(verdict.Faults);
        Assert.Empty(verdict.Failures);
        Assert.True(verdict.Continued > 0, "No reply was hit: the silos went between replies.");
    }

    private void Tell(Trial trial) => output.WriteLine($"{trial.Fault}: {string.Join(", ", trial.Gaps.Order().Select(gap => $"{gap:f1} s"))}");
}
