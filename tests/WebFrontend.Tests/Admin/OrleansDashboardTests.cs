using System.Net;
using System.Net.Http.Headers;
using NGrammys.TestSupport;
using NGrammys.WebFrontend.Admin;
using NGrammys.WebFrontend.Auth;

namespace NGrammys.WebFrontend.Tests.Admin;

/// <summary>The dashboard as a web frontend shows it that is a client of the cluster: the silo is another host.</summary>
public sealed class OrleansDashboardTests(Cluster cluster) : WebServerTests(cluster)
{
    [Fact]
    public async Task Only_operators_come_in()
    {
        string[] paths =
        [
            "", "/", "/index.html", "/index.min.js", "/fonts/fa-solid-900.woff2", "/version", "/DashboardCounters", "/dashboardcounters", "//DashboardCounters",
            "/ClusterStats", "/SiloProperties/S127.0.0.1:1:1", "/GrainState", "/Trace", "/there/is/no/such/page",
        ];
        using var nobody = Connect(null);
        using var somebody = Connect(Server.NewKey());

        foreach (var path in paths)
        {
            using var first = await nobody.GetAsync(OrleansDashboard.Path + path, Cancellation);
            using var second = await somebody.GetAsync(OrleansDashboard.Path + path, Cancellation);
            Assert.Equal((path, HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden), (path, first.StatusCode, second.StatusCode));
        }
    }

    [Fact]
    public async Task Nothing_of_it_answers_elsewhere()
    {
        using var operations = Operations();

        foreach (var path in (string[])["/DashboardCounters", "/ClusterStats", "/index.min.js", "/version"])
        {
            using var answer = await operations.GetAsync(path, Cancellation);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Operators_get_its_files_with_scripts_from_this_server_alone_and_the_page_keeps_its_policy()
    {
        using var operations = Operations();

        using var bare = await operations.GetAsync(OrleansDashboard.Path, Cancellation);
        using var start = await operations.GetAsync(bare.Headers.Location, Cancellation);
        using var script = await operations.GetAsync(OrleansDashboard.Path + "/index.min.js", Cancellation);
        using var page = await operations.GetAsync("/", Cancellation);

        Assert.Equal("/admin/orleans/", bare.Headers.Location!.ToString());
        Assert.Contains("<title>Orleans Dashboard</title>", await start.Content.ReadAsStringAsync(Cancellation));
        var policy = PolicyOf(start);
        Assert.Contains("default-src 'self';", policy);
        Assert.DoesNotContain("script-src", policy);
        Assert.True((await script.Content.ReadAsByteArrayAsync(Cancellation)).Length > 100_000);
        Assert.DoesNotContain("unsafe", PolicyOf(page));
    }

    [Fact]
    public async Task Grains_of_the_other_host_are_counted()
    {
        await using var client = await Server.ConnectAsync();
        await client.CreateConversationAsync(cancellationToken: Cancellation);
        using var operations = Operations();

        // It counts once a second.
        await CountedAsync().For("the dashboard to count the conversation");

        async Task CountedAsync()
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
            while (!(await operations.GetStringAsync(OrleansDashboard.Path + "/DashboardCounters", Cancellation)).Contains(nameof(FakeConversationGrain), StringComparison.Ordinal))
                await timer.WaitForNextTickAsync(Cancellation);
        }
    }

    [Fact]
    public async Task What_grains_hold_and_the_log_are_shown_to_nobody()
    {
        using var operations = Operations();

        foreach (var path in (string[])["/GrainState", "/grainstate", "/GrainState/", "/%47rainState", "/Trace", "/trace/"])
        {
            using var answer = await operations.GetAsync($"{OrleansDashboard.Path}{path}?grainId=0&grainType={typeof(FakeServerGrain)}", HttpCompletionOption.ResponseHeadersRead, Cancellation);
            Assert.Equal((path, HttpStatusCode.NotFound), (path, answer.StatusCode));
        }
    }

    private static string PolicyOf(HttpResponseMessage answer) => answer.Headers.GetValues("Content-Security-Policy").Single();

    private HttpClient Operations() => Connect(Server.Keys.Create(Guid.NewGuid().ToString(), [KeyScopes.Admin]));

    private HttpClient Connect(string? key)
    {
        var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = Server.Address };
        if (key is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }
}
