using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using NGrammys.Client;
using NGrammys.Client.Protocol;
using NGrammys.Grains.Interfaces.Quotas;
using NGrammys.TestSupport;

namespace NGrammys.Conformance.Tests;

/// <summary>A key has one quota, whichever frontend and protocol it is used by.</summary>
public sealed class QuotaTests(ScriptedServer server) : IAsyncLifetime
{
    private WebFrontendUnderTest _second = null!;

    public async ValueTask InitializeAsync() => _second = await server.StartFrontendAsync();

    public ValueTask DisposeAsync() => _second.DisposeAsync();

    [Fact]
    public async Task What_one_frontend_has_admitted_counts_at_the_other_and_over_the_other_protocol()
    {
        var key = New(new QuotaLimits { RequestsPerMinute = 1 });
        using var first = server.Connect(key);
        using var second = _second.Connect(key);
        await using var chat = await ChatClient.ConnectAsync(_second.Address, key);
        var conversation = (await chat.CreateConversationAsync()).Id;

        Assert.Equal(HttpStatusCode.OK, await AskAsync(first));

        Assert.Equal(HttpStatusCode.TooManyRequests, await AskAsync(first));
        Assert.Equal(HttpStatusCode.TooManyRequests, await AskAsync(second, "/v1/responses"));
        await RefusedAsync(() => chat.SendAsync(conversation, "say a"));
        await RefusedAsync(() => TryAsync(chat));
    }

    [Fact]
    public async Task Message_that_is_sent_again_counts_once_and_counts_for_requests()
    {
        var key = New(new QuotaLimits { RequestsPerMinute = 1 });
        using var http = server.Connect(key);
        await using var chat = await ChatClient.ConnectAsync(_second.Address, key);
        var send = new SendRequest { ConversationId = (await chat.CreateConversationAsync()).Id, OperationId = Guid.NewGuid(), Text = "say a" };
        var sent = await chat.SendAsync(send);

        Assert.Equal(HttpStatusCode.TooManyRequests, await AskAsync(http));
        Assert.Equal(sent, await chat.SendAsync(send));
        await ReadAsync(chat, send.ConversationId, sent.TurnId);
        await RefusedAsync(() => chat.SendAsync(send with { OperationId = Guid.NewGuid() }));
    }

    [Fact]
    public async Task Turns_that_run_are_counted_over_both_protocols_until_they_are_over()
    {
        var key = New(new QuotaLimits { ConcurrentTurns = 1 });
        using var http = _second.Connect(key);
        await using var chat = await ChatClient.ConnectAsync(server.Address, key);
        var conversation = (await chat.CreateConversationAsync()).Id;
        SentMessage sent;
        // On a busy machine a reply could be over before the next request comes.
        using (server.Hold())
        {
            sent = await chat.SendAsync(new SendRequest { ConversationId = conversation, OperationId = Guid.NewGuid(), Text = "go on for ever" });
            using var refused = await http.PostAsJsonAsync("/v1/chat/completions", Request("/v1/chat/completions"));
            Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(1)), (refused.StatusCode, refused.Headers.RetryAfter?.Delta));
        }

        await chat.StopAsync(conversation, sent.TurnId);

        await UntilAsync(async () => await AskAsync(http) == HttpStatusCode.OK).For("the turn to be over");
    }

    [Fact]
    public async Task Tokens_of_replies_that_nobody_reads_are_counted()
    {
        var key = New(new QuotaLimits { TokensPerDay = 30 });
        using var http = _second.Connect(key);
        var background = new JsonObject { ["model"] = "scripted", ["input"] = "say 0123456789", ["background"] = true };
        using (var answer = await http.PostAsJsonAsync("/v1/responses", background)) Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        await using var chat = await ChatClient.ConnectAsync(server.Address, key);
        await UntilAsync(async () =>
        {
            try
            {
                await TryAsync(chat);
                return false;
            }
            catch (ChatException e) when (e.Code == RefusalCode.RateLimited)
            {
                return e.Message.Contains("tokens of the day", StringComparison.Ordinal);
            }
        }).For("the tokens to be counted");
    }

    private string New(QuotaLimits limits) => server.Keys.Create(Guid.NewGuid().ToString(), limits: limits);

    private static async Task<HttpStatusCode> AskAsync(HttpClient http, string path = "/v1/chat/completions")
    {
        using var answer = await http.PostAsJsonAsync(path, Request(path));
        return answer.StatusCode;
    }

    private static JsonObject Request(string path) => path == "/v1/responses"
        ? new JsonObject { ["model"] = "scripted", ["input"] = "say a" }
        : new JsonObject { ["model"] = "scripted", ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "say a" }) };

    private static async Task TryAsync(ChatClient chat)
    {
        await foreach (var _ in chat.TryAsync(new TryRequest { Messages = [new SaidMessage { Role = "user", Text = "say a" }] })) { }
    }

    private static async Task ReadAsync(ChatClient chat, Guid conversation, Guid turn)
    {
        await foreach (var _ in chat.ReadAsync(conversation, turn)) { }
    }

    private static async Task RefusedAsync(Func<Task> act) =>
        Assert.Equal(RefusalCode.RateLimited, (await Assert.ThrowsAsync<ChatException>(act)).Code);

    private static async Task UntilAsync(Func<Task<bool>> done)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await done()) await pause.WaitForNextTickAsync();
    }
}
