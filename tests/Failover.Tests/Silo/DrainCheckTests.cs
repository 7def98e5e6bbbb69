using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NGrammys.Grains.Conversations;
using NGrammys.ServiceDefaults;
using NGrammys.Silo;

namespace NGrammys.Failover.Tests.Silo;

public sealed class DrainCheckTests
{
    [Fact]
    public async Task A_silo_that_is_drained_is_alive_and_says_why_it_is_not_ready()
    {
        var turns = new RunningTurns();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(turns);
        builder.Services.AddHealthChecks().AddCheck<DrainCheck>("draining", tags: [ServiceHosting.Ready]);
        await using var app = builder.Build();
        app.MapHealthEndpoints();
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };

        Assert.Equal("Healthy", await ReadAsync("/health/ready"));
        turns.Leave();
        Assert.Equal("Unhealthy: draining", await ReadAsync("/health/ready"));
        Assert.Equal("Healthy", await ReadAsync("/health/live"));
        turns.Return();
        Assert.Equal("Healthy", await ReadAsync("/healthz/ready"));

        async Task<string> ReadAsync(string path)
        {
            using var answer = await http.GetAsync(path, TestContext.Current.CancellationToken);
            return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        }
    }
}
