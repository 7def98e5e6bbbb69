using System.Text.Json;
using NGrammys.Deploy.Tests.Release;
using NGrammys.TestSupport;

namespace NGrammys.Deploy.Tests.Walks;

/// <summary>A newcomer follows <c>docs/operations/cluster.md</c>.</summary>
public sealed class ClusterWalkTests(ReleaseArchive archive)
{
    [Fact]
    public async Task Reply_streams_through_nginx_while_one_silo_after_the_other_leaves()
    {
        foreach (var (program, package) in ((string, string)[])[("/usr/bin/curl", "curl"), ("/usr/bin/openssl", "openssl"), ("/usr/bin/pkill", "procps"), ("/usr/sbin/nginx", "nginx-light"), ("/usr/lib/postgresql", "postgresql")])
            Requirement.Met(Path.Exists(program), $"{package} is not installed (Debian: apt-get install {package}).");
        using var folder = new ScratchFolder();
        await Walk.RunAsync("cluster.md", archive, folder, 5432, 8081, 8082, 11111, 11112, 30000, 30001, 5080, 8443);

        var events = (await File.ReadAllLinesAsync(Path.Combine(folder.Path, "try", "reply.txt"), TestContext.Current.CancellationToken))
            .Where(line => line.StartsWith("data: {", StringComparison.Ordinal)).Select(line => JsonDocument.Parse(line["data: ".Length..]).RootElement).ToList();
        var completed = events[^1].GetProperty("response");
        Assert.Equal("incomplete", completed.GetProperty("status").GetString());
        Assert.Equal("max_output_tokens", completed.GetProperty("incomplete_details").GetProperty("reason").GetString());
        Assert.Equal(200, completed.GetProperty("usage").GetProperty("output_tokens").GetInt32());
        // What came piece by piece, from one silo and then the other, is the reply.
        var pieces = events.Where(one => one.GetProperty("type").GetString() == "response.output_text.delta").Select(one => one.GetProperty("delta").GetString());
        Assert.Equal(completed.GetProperty("output")[0].GetProperty("content")[0].GetProperty("text").GetString(), string.Concat(pieces));
    }
}
