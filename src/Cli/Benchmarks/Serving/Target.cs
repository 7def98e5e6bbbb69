using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Cli.Benchmarks.Serving;

/// <summary>A server that speaks OpenAI's protocol, and how it is asked. Thread-safe.</summary>
internal sealed class Target : IDisposable
{
    // Behind it a server is not slow, it is gone.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly HttpClient _http;
    private readonly TimeProvider _time;

    /// <summary>Names a server.</summary>
    /// <param name="name">Its name in the report.</param>
    /// <param name="url">Its address, with or without <c>/v1</c>.</param>
    /// <param name="key">An API key; null = none.</param>
    /// <param name="plain">Whether speculation is to be off, as NGrammys understands it; other servers ignore the wish.</param>
    /// <param name="time">The clock.</param>
    public Target(string name, Uri url, string? key, bool plain, TimeProvider time)
    {
        (Name, Url, Plain, _time) = (name, url, plain, time);
        var root = url.AbsoluteUri.TrimEnd('/');
        _http = new HttpClient { BaseAddress = new Uri(root.EndsWith("/v1", StringComparison.Ordinal) ? $"{root}/" : $"{root}/v1/"), Timeout = Patience };
        if (key is not null) _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    public string Name { get; }

    public Uri Url { get; }

    public bool Plain { get; }

    /// <summary>The model that is asked.</summary>
    public string Model { get; private set; } = "";

    /// <summary>Chooses the model: the one that is named, or the first that the server lists.</summary>
    /// <exception cref="NGrammysException">The server does not answer, or has no model.</exception>
    public async Task ChooseAsync(string? model, CancellationToken cancellationToken)
    {
        try
        {
            var list = await _http.GetFromJsonAsync<JsonElement>("models", cancellationToken);
            Model = model ?? list.GetProperty("data")[0].GetProperty("id").GetString()!;
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or KeyNotFoundException or IndexOutOfRangeException or InvalidOperationException)
        {
            throw new NGrammysException($"{_http.BaseAddress}models does not list a model: {e.Message}. Is the address right, and the key (--key)?", e);
        }
    }

    /// <summary>Asks, and takes the time of everything that comes.</summary>
    /// <param name="messages">The conversation so far.</param>
    /// <param name="sampling">How tokens are chosen and how many.</param>
    /// <param name="timing">What is known of the answer before it comes; a copy is returned.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ReplyTiming> AskAsync(JsonArray messages, JsonObject sampling, ReplyTiming timing, CancellationToken cancellationToken)
    {
        var body = sampling.DeepClone().AsObject();
        (body["model"], body["messages"], body["stream"]) = (Model, messages.DeepClone(), true);
        body["stream_options"] = new JsonObject { ["include_usage"] = true };
        if (Plain) body["speculation"] = new JsonObject { ["mode"] = "off" };
        var (sent, chunks, text, tokens) = (_time.GetTimestamp(), new List<double>(), new StringBuilder(), 0);
        double Now() => _time.GetElapsedTime(sent).TotalSeconds;
        ReplyTiming Over(string? error) =>
            timing with { Chunks = chunks, Ended = Now(), Tokens = tokens > 0 ? tokens : chunks.Count, Text = text.ToString(), Error = error };
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "chat/completions") { Content = JsonContent.Create(body) };
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (!answer.IsSuccessStatusCode) return Over($"{(int)answer.StatusCode}: {Shorten(await answer.Content.ReadAsStringAsync(cancellationToken))}");
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken));
            while (await reader.ReadLineAsync(cancellationToken) is { } line)
            {
                if (!line.StartsWith("data:", StringComparison.Ordinal)) continue;
                if (line[5..].Trim() is "[DONE]") return Over(null);
                using var piece = JsonDocument.Parse(line.AsMemory(5));
                var json = piece.RootElement;
                if (json.TryGetProperty("error", out var error)) return Over(Shorten(error.GetRawText()));
                if (TextOf(json) is { Length: > 0 } more)
                {
                    chunks.Add(Now());
                    text.Append(more);
                }

                if (json.TryGetProperty("usage", out var usage) && usage.ValueKind == JsonValueKind.Object) tokens = usage.GetProperty("completion_tokens").GetInt32();
            }

            return Over("the stream ended without [DONE]");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException or KeyNotFoundException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return Over(e.Message);
        }
    }

    public void Dispose() => _http.Dispose();

    private static string? TextOf(JsonElement json) =>
        json.TryGetProperty("choices", out var choices) && choices.GetArrayLength() > 0 && choices[0].TryGetProperty("delta", out var delta)
        && delta.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.String ? content.GetString() : null;

    private static string Shorten(string text) => text.Length <= 200 ? text : text[..200] + "…";
}
