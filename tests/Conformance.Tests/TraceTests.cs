using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NGrammys.ServiceDefaults;
using NGrammys.ServiceDefaults.Tracing;
using NGrammys.TestSupport;
using OpenTelemetry.Trace;

namespace NGrammys.Conformance.Tests;

/// <summary>What a collector of traces receives.</summary>
public sealed class TraceTests(ScriptedServer server)
{
    [Theory]
    [InlineData("1.0", true)]
    [InlineData("0.0", false)]
    public async Task Turns_and_steps_arrive_as_they_are_sampled_and_nothing_of_what_was_said(string share, bool arrive)
    {
        var received = new ConcurrentQueue<byte[]>();
        await using var collector = await CollectorAsync(received);
        using (var host = Exporting(collector.Urls.Single(), share))
        {
            await host.StartAsync(TestContext.Current.CancellationToken).For("the exporter to start");
            await server.PostJsonAsync("/v1/chat/completions", JsonNode.Parse("""{"model":"scripted","messages":[{"role":"user","content":"say kohlrabi"}]}""")!);
            using var answer = await server.Http.PostAsync("/hubs/chat/negotiate?negotiateVersion=1&access_token=ngk_hidden", null, TestContext.Current.CancellationToken);
            Assert.True(answer.IsSuccessStatusCode);
            // What was traced until now is sent.
            await host.StopAsync(TestContext.Current.CancellationToken).For("the exporter to stop");
        }

        var text = string.Concat(received.Select(Encoding.Latin1.GetString));
        Assert.Equal(arrive, text.Contains("chat scripted", StringComparison.Ordinal));
        Assert.Equal(arrive, text.Contains("engine step", StringComparison.Ordinal));
        Assert.All((string[])["kohlrabi", "ngk_", server.Key], word => Assert.DoesNotContain(word, text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(ActivityTraceFlags.Recorded, SamplingDecision.RecordAndSample)]
    [InlineData(ActivityTraceFlags.None, SamplingDecision.Drop)]
    public void A_step_is_kept_with_a_turn_that_it_serves(ActivityTraceFlags turn, SamplingDecision step)
    {
        var links = new[] { Link(ActivityTraceFlags.None), Link(turn) };
        Sampler other = turn == ActivityTraceFlags.Recorded ? new AlwaysOffSampler() : new AlwaysOnSampler();

        Assert.Equal(step, Decide(other, parent: default, links));
        // What has a parent, or links to nothing, is the other's.
        Assert.NotEqual(step, Decide(other, Link(turn).Context, links));
        Assert.NotEqual(step, Decide(other, parent: default, links: null));
    }

    private static SamplingDecision Decide(Sampler others, ActivityContext parent, ActivityLink[]? links) => new LinkSampler(others)
        .ShouldSample(new SamplingParameters(parent, ActivityTraceId.CreateRandom(), "span", ActivityKind.Internal, tags: null, links: links)).Decision;

    private static ActivityLink Link(ActivityTraceFlags flags) => new(new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), flags));

    private static IHost Exporting(string collector, string share)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_TRACES_SAMPLER"] = "parentbased_traceidratio",
            ["OTEL_TRACES_SAMPLER_ARG"] = share,
        });
        builder.AddServiceDefaults();
        builder.Logging.ClearProviders();
        return builder.Build();
    }

    private static async Task<WebApplication> CollectorAsync(ConcurrentQueue<byte[]> received)
    {
        var web = WebApplication.CreateSlimBuilder();
        web.Logging.ClearProviders();
        web.WebHost.UseUrls("http://127.0.0.1:0");
        var app = web.Build();
        app.MapPost("/v1/traces", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            received.Enqueue(body.ToArray());
        });
        app.MapFallback(() => Results.Ok());
        await app.StartAsync().For("the collector to start");
        return app;
    }
}
