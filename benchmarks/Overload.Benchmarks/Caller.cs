using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using NGrammys.Client;
using NGrammys.Client.Protocol;

namespace NGrammys.Overload.Benchmarks;

/// <summary>Asks a server for replies of a given length, by HTTP or over the hub. Thread-safe.</summary>
internal sealed class Caller : IAsyncDisposable
{
    private readonly HttpClient _http;
    private readonly ChatClient _hub;

    private Caller(HttpClient http, ChatClient hub) => (_http, _hub) = (http, hub);

    public static async Task<Caller> ConnectAsync(BoxProcess server)
    {
        var http = new HttpClient { BaseAddress = server.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.Key);
        return new Caller(http, await ChatClient.ConnectAsync(server.Address, server.Key));
    }

    /// <summary>Sequences that wait, as operators see it.</summary>
    public async Task<int> WaitingAsync()
    {
        var status = await _http.GetFromJsonAsync<JsonElement>("/admin/status");
        return status.GetProperty("nodes").EnumerateArray().Where(node => node.TryGetProperty("details", out _))
            .Sum(node => node.GetProperty("details").GetProperty("devices").EnumerateArray().Sum(device => device.GetProperty("waiting").GetInt32()));
    }

    /// <summary>By HTTP, streamed.</summary>
    /// <param name="tokens">Length of the reply.</param>
    /// <param name="said">Told of the tokens of each piece.</param>
    /// <param name="cancellationToken">Goes away.</param>
    public async Task<string> CompleteAsync(int tokens, Action<int>? said = null, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = JsonContent.Create(new JsonObject
            {
                ["model"] = "paced",
                ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "go on" }),
                ["max_completion_tokens"] = tokens,
                ["stream"] = true,
                ["speculation"] = new JsonObject { ["mode"] = "off" },
            }),
        };
        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (answer.StatusCode == HttpStatusCode.TooManyRequests) return answer.Headers.RetryAfter?.Delta > TimeSpan.Zero ? Answer.Refused : "429 without Retry-After";
        if (!answer.IsSuccessStatusCode) return $"{(int)answer.StatusCode}";
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken));
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line == "data: [DONE]") return Answer.Served;
            if (!line.StartsWith("data: {", StringComparison.Ordinal) || JsonNode.Parse(line[6..])!["choices"] is not JsonArray { Count: > 0 } choices) continue;
            // A token is a character.
            said?.Invoke(choices[0]!["delta"]?["content"]?.GetValue<string>().Length ?? 0);
        }

        return "no end";
    }

    /// <summary>Over the hub, a reply that is not kept.</summary>
    /// <inheritdoc cref="CompleteAsync"/>
    public Task<string> TryAsync(int tokens, Action<int>? said = null, CancellationToken cancellationToken = default) => HearAsync(
        () => Task.FromResult(_hub.TryAsync(new TryRequest { Messages = [new SaidMessage { Role = "user", Text = "go on" }], Settings = Settings(tokens) }, cancellationToken)), said);

    /// <summary>Over the hub, a reply that is kept, in a conversation of its own.</summary>
    /// <param name="conversation">The conversation; nothing was said in it.</param>
    /// <param name="tokens">Length of the reply.</param>
    public Task<string> SendAsync(Guid conversation, int tokens) => HearAsync(async () =>
        _hub.ReadAsync(conversation, (await _hub.SendAsync(conversation, "go on", Settings(tokens))).TurnId), said: null);

    /// <summary>Begins a conversation.</summary>
    public async Task<Guid> BeginAsync() => (await _hub.CreateConversationAsync()).Id;

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return _hub.DisposeAsync();
    }

    private static async Task<string> HearAsync(Func<Task<IAsyncEnumerable<TurnEvent>>> ask, Action<int>? said)
    {
        try
        {
            string? finish = null, error = null;
            await foreach (var piece in await ask())
            {
                said?.Invoke(piece.Tokens.Count);
                (finish, error) = (piece.Finish, piece.Error);
            }

            return finish == FinishReason.Length ? Answer.Served : $"{finish}: {error}";
        }
        catch (ChatException e) when (e.Code == RefusalCode.Overloaded)
        {
            return Answer.Refused;
        }
        catch (ChatException e)
        {
            return e.Code;
        }
    }

    private static TurnSettings Settings(int tokens) => new() { MaxTokens = tokens, Speculation = new SpeculationSettings { Mode = "off" } };
}
