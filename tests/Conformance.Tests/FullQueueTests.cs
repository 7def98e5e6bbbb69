using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using NGrammys.Client;
using NGrammys.Client.Protocol;
using NGrammys.TestSupport;

namespace NGrammys.Conformance.Tests;

/// <summary>A queue that is full, as people meet it: refused by name over the hub and by number over HTTP, with nothing stored and nothing left behind.</summary>
public sealed class FullQueueTests(FullServer server) : IClassFixture<FullServer>
{
    private const int Length = 300;

    private static readonly TurnSettings Settings = new() { MaxTokens = Length, Speculation = new SpeculationSettings { Mode = "off" } };

    [Fact]
    public async Task Whoever_comes_to_a_full_queue_is_told_so_and_nothing_of_him_stays()
    {
        await using var client = await ChatClient.ConnectAsync(server.Address, server.Key);
        var conversation = (await client.CreateConversationAsync()).Id;
        var operation = Guid.NewGuid();
        var message = new SendRequest { ConversationId = conversation, OperationId = operation, Text = "hello", Settings = Settings };
        await using (await server.FillAsync())
        {
            Assert.Equal(RefusalCode.Overloaded, (await Assert.ThrowsAsync<ChatException>(() => client.SendAsync(message))).Code);
            Assert.Equal(RefusalCode.Overloaded, (await Assert.ThrowsAsync<ChatException>(() => EndAsync(client.TryAsync(Passing())))).Code);
            foreach (var (path, body) in Requests())
            {
                using var answer = await server.Http.PostAsJsonAsync(path, body);
                Assert.Equal((path, HttpStatusCode.TooManyRequests), (path, answer.StatusCode));
                Assert.True(answer.Headers.RetryAfter?.Delta > TimeSpan.Zero);
                Assert.Equal("overloaded", (await answer.Content.ReadFromJsonAsync<JsonObject>())!["error"]!["code"]!.GetValue<string>());
            }

            Assert.Empty((await client.GetConversationAsync(conversation)).Messages);
        }

        await LeftAsync().For("those who were refused to leave nothing in engine and grains");

        Assert.Single(await client.ListConversationsAsync());

        // The same operation: it was never begun.
        var sent = await client.SendAsync(message);
        var end = await EndAsync(client.ReadAsync(conversation, sent.TurnId));
        Assert.Equal((FinishReason.Length, Length), (end.Finish, end.Statistics!.Tokens));
        Assert.Equal(FinishReason.Length, (await EndAsync(client.TryAsync(Passing()))).Finish);
        await LeftAsync().For("replies that are over to leave nothing in engine and grains");
    }

    private (string Path, JsonObject Body)[] Requests() =>
    [
        ("/v1/chat/completions", new JsonObject
        {
            ["model"] = server.Model, ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "hello" }), ["max_completion_tokens"] = Length, ["stream"] = true,
        }),
        ("/v1/completions", new JsonObject { ["model"] = server.Model, ["prompt"] = "hello", ["max_tokens"] = Length }),
        ("/v1/responses", new JsonObject { ["model"] = server.Model, ["input"] = "hello", ["max_output_tokens"] = Length }),
    ];

    private static TryRequest Passing() => new() { Messages = [new SaidMessage { Role = "user", Text = "go on" }], Settings = Settings };

    private static async Task<TurnEvent> EndAsync(IAsyncEnumerable<TurnEvent> reply) => await reply.LastAsync().AsTask().For("a reply to end");

    // The one conversation that there is stays awake for a while; that of a response that was refused goes.
    private async Task LeftAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (server.Engine.Load is not { Sequences: 0, KvRowsUsed: 0 }
            || (await ActivationsAsync("CompletionGrain"), await ActivationsAsync("ConversationGrain")) != (0, 1)) await timer.WaitForNextTickAsync();
    }

    private async Task<int> ActivationsAsync(string grain) =>
        (await server.Grains.GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics()).Count(activation => activation.GrainType.Contains(grain, StringComparison.Ordinal));
}
