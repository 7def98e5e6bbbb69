using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using NGrammys.TestSupport;

namespace NGrammys.Conformance.Tests;

/// <summary>Ten times as many requests as there is room for, at once.</summary>
public sealed class OverloadTests(BusyServer server) : IClassFixture<BusyServer>
{
    // What a short reply takes of the cache: prompt, reply and the nodes of a draft.
    private const int Short = 100, LongReply = 400, Room = BusyServer.Rows / (Short + 64 + 20);

    [Fact]
    public async Task Those_beyond_the_queue_are_told_so_and_those_who_stream_go_on_as_fast()
    {
        var streams = Enumerable.Range(0, 2).Select(_ => StreamAsync()).ToList();
        await WaitAsync(() => server.Engine.Load.Running == streams.Count, "the streams to run");

        var before = server.Engine.Load;
        using var over = new CancellationTokenSource();
        var longest = LongestQueueAsync(over.Token);
        var answers = await Task.WhenAll(Enumerable.Range(0, 10 * Room).Select(_ => AskAsync())).For("ten times the capacity to be answered");
        await over.CancelAsync();

        Assert.All(answers, answer => Assert.Contains(answer.Status, (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.TooManyRequests]));
        var refused = answers.Where(answer => answer.Status == HttpStatusCode.TooManyRequests).ToList();
        Assert.All(refused, answer => Assert.Equal(("overloaded", true), (answer.Code, answer.RetryAfter > TimeSpan.Zero)));
        Assert.InRange(refused.Count, Room, 9 * Room);
        var longestQueue = await longest;
        Assert.InRange(longestQueue, 1, 5 * Room);
        Assert.All(await Task.WhenAll(streams).For("the streams to end"), said => Assert.Equal(LongReply, said));
        // Whoever was decoding when a pass was packed got a token of it: counted in the engine, whatever its readers saw of it when.
        var after = server.Engine.Load;
        var speed = (after.RootsCarried - before.RootsCarried) / (double)(after.RootsRunning - before.RootsRunning);
        Assert.InRange(speed, 0.9, 1);

        // Nothing is left of it, and whoever comes now does not wait.
        await WaitAsync(() => server.Engine.Load is { Running: 0, Waiting: 0 }, "the engine to be idle");
        var passes = server.Passes;
        Assert.Equal(HttpStatusCode.OK, (await AskAsync()).Status);
        var taken = server.Passes - passes;
        Assert.InRange(taken, Short, Short + 10);
        TestContext.Current.SendDiagnosticMessage(
            $"{answers.Length} requests where {Room} have room: {refused.Count} refused, at most {longestQueue} waited, {speed:f2} tokens a pass for whoever was decoding; {Short} tokens in {taken} passes afterwards");
    }

    /// <summary>Reads a long reply; its tokens, each of which is a character.</summary>
    private async Task<int> StreamAsync()
    {
        using var http = server.Connect(server.Key);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = JsonContent.Create(Request(LongReply, stream: true)) };
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        var said = 0;
        while (await lines.ReadLineAsync() is { } line)
        {
            if (!line.StartsWith("data: {", StringComparison.Ordinal)) continue;
            said += JsonNode.Parse(line[6..])!["choices"]![0]!["delta"]?["content"]?.GetValue<string>().Length ?? 0;
        }

        return said;
    }

    private async Task<(HttpStatusCode Status, string? Code, TimeSpan? RetryAfter)> AskAsync()
    {
        using var answer = await server.Http.PostAsJsonAsync("/v1/chat/completions", Request(Short, stream: false));
        var code = answer.StatusCode == HttpStatusCode.OK ? null : (await answer.Content.ReadFromJsonAsync<JsonObject>())!["error"]!["code"]!.GetValue<string>();
        return (answer.StatusCode, code, answer.Headers.RetryAfter?.Delta);
    }

    private async Task<int> LongestQueueAsync(CancellationToken over)
    {
        var longest = 0;
        while (!over.IsCancellationRequested)
        {
            longest = Math.Max(longest, server.Engine.Load.Waiting);
            await Task.Delay(1, CancellationToken.None);
        }

        return longest;
    }

    private static async Task WaitAsync(Func<bool> condition, string what)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        async Task UntilAsync()
        {
            while (!condition()) await timer.WaitForNextTickAsync();
        }

        await UntilAsync().For(what);
    }

    private JsonObject Request(int tokens, bool stream) => new()
    {
        ["model"] = server.Model,
        ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "go on" }),
        ["max_completion_tokens"] = tokens,
        ["stream"] = stream,
        ["speculation"] = new JsonObject { ["mode"] = "off" },
    };
}
