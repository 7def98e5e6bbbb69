using NGrammys.Deploy.Tests.Release;
using NGrammys.TestSupport;

namespace NGrammys.Deploy.Tests.Walks;

/// <summary>A newcomer follows <c>docs/operations/one-box.md</c>.</summary>
public sealed class OneBoxWalkTests(ReleaseArchive archive)
{
    [Fact]
    public async Task Box_is_unpacked_served_asked_stopped_and_started_again()
    {
        Requirement.Met(File.Exists("/usr/bin/curl"), "curl is not installed (Debian: apt-get install curl).");
        using var folder = new ScratchFolder();
        var (output, ports) = await Walk.RunAsync("one-box.md", archive, folder, 5080);

        Assert.Contains($"ok  port           {ports[0]} is free", output, StringComparison.Ordinal);
        Assert.Contains("The sign-in link works once.", output, StringComparison.Ordinal);
        // The reply came as a stream, to its end: who speaks, what is said, why it ended. A fast machine says all of it in one piece.
        var events = output.Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).ToList();
        Assert.True(events.Count >= 4, $"{events.Count} events");
        Assert.Equal("data: [DONE]", events[^1]);
        // The conversation was there again after the restart.
        Assert.Contains("> What does System.IO.File.ReadAllText do?", output[output.LastIndexOf("data: [DONE]", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }
}
