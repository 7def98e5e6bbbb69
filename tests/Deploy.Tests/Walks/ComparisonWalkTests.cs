using NGrammys.Deploy.Tests.Release;
using NGrammys.TestSupport;

namespace NGrammys.Deploy.Tests.Walks;

/// <summary>A newcomer follows <c>docs/operations/comparing.md</c>.</summary>
public sealed class ComparisonWalkTests(ReleaseArchive archive)
{
    [Fact]
    public async Task Two_servers_are_measured_and_reported_side_by_side()
    {
        Requirement.Met(File.Exists("/usr/bin/curl"), "curl is not installed (Debian: apt-get install curl).");
        using var folder = new ScratchFolder();
        var (output, ports) = await Walk.RunAsync("comparing.md", archive, folder, 5080, 5081);

        var report = await File.ReadAllTextAsync(Path.Combine(folder.Path, "report.html"), TestContext.Current.CancellationToken);
        Assert.Contains("<svg", report, StringComparison.Ordinal);
        foreach (var server in ports.Select(port => $"127.0.0.1:{port}"))
        {
            Assert.Contains(server, output, StringComparison.Ordinal);
            Assert.Contains(server, report, StringComparison.Ordinal);
        }

        foreach (var category in (string[])["files", "text"]) Assert.Contains(category, report, StringComparison.Ordinal);
        // Nothing that a server refused counts as measured.
        Assert.DoesNotMatch(@"failed \d+ times", output);
    }
}
