using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using NGrammys.TestSupport;

namespace NGrammys.Conformance.Tests;

/// <summary>The events of a streamed chat completion, byte by byte.</summary>
public sealed class ChatStreamTests(ScriptedServer server)
{
    private const string Path = "/v1/chat/completions";

    [Fact]
    public async Task Stream_begins_with_the_role_and_ends_with_the_reason_and_done()
    {
        var events = await server.PostForEventsAsync(Path, Request("say abc"));

        Assert.Equal("[DONE]", events[^1]);
        var chunks = events[..^1].ConvertAll(Answers.Parse);
        Assert.Single(chunks.Select(chunk => (chunk.GetProperty("id").GetString(), chunk.GetProperty("created").GetInt64())).Distinct());
        Assert.All(chunks, chunk => Assert.Equal("chat.completion.chunk", chunk.GetProperty("object").GetString()));
        Assert.Equal("assistant", Delta(chunks[0]).GetProperty("role").GetString());
        Assert.Equal("abc", Text(chunks));
        Assert.Equal("stop", chunks[^1].GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        Assert.Empty(Delta(chunks[^1]).EnumerateObject());
        Assert.All(chunks, chunk => Assert.False(chunk.TryGetProperty("usage", out _)));
    }

    [Fact]
    public async Task Usage_comes_in_a_chunk_of_its_own()
    {
        var events = await server.PostForEventsAsync(Path, Request("say abc", """{"stream_options":{"include_usage":true}}"""));

        var chunks = events[..^1].ConvertAll(Answers.Parse);
        Assert.All(chunks[..^1], chunk => Assert.Equal(JsonValueKind.Null, chunk.GetProperty("usage").ValueKind));
        Assert.Equal(0, chunks[^1].GetProperty("choices").GetArrayLength());
        Assert.Equal(4, chunks[^1].GetProperty("usage").GetProperty("completion_tokens").GetInt32());
    }

    [Fact]
    public async Task Padding_gives_texts_of_all_lengths_one_size()
    {
        var sizes = new HashSet<int>();
        foreach (var text in (string[])["a", "abc", "abcdefghij", "grüße"])
        {
            var chunks = (await server.PostForEventsAsync(Path, Request($"say {text}")))[..^1].ConvertAll(Answers.Parse);
            foreach (var chunk in chunks.Where(chunk => Delta(chunk).TryGetProperty("content", out var content) && content.GetString() != ""))
            {
                var text1 = JsonValue.Create(Delta(chunk).GetProperty("content").GetString())!.ToJsonString();
                sizes.Add(text1.Length - 2 + chunk.GetProperty("obfuscation").GetString()!.Length);
            }
        }

        Assert.Equal([64], sizes);
        var plain = await server.PostForEventsAsync(Path, Request("say abc", """{"stream_options":{"include_obfuscation":false}}"""));
        Assert.All(plain, line => Assert.DoesNotContain("obfuscation", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Alternatives_are_mixed_and_each_ends_once()
    {
        var chunks = (await server.PostForEventsAsync(Path, Request("say abc", """{"n":3}""")))[..^1].ConvertAll(Answers.Parse);

        foreach (var index in (int[])[0, 1, 2])
        {
            var own = chunks.FindAll(chunk => chunk.GetProperty("choices")[0].GetProperty("index").GetInt32() == index);
            Assert.Equal("abc", Text(own));
            Assert.Single(own, chunk => chunk.GetProperty("choices")[0].GetProperty("finish_reason").ValueKind == JsonValueKind.String);
        }
    }

    [Fact]
    public async Task Caller_that_goes_away_ends_its_request()
    {
        using var leave = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = JsonContent.Create(Request("go on for ever")) };
        using (var answer = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, leave.Token))
        {
            await using var stream = await answer.Content.ReadAsStreamAsync(leave.Token);
            await stream.ReadExactlyAsync(new byte[64], leave.Token);
            Assert.True(server.Engine.Load.Sequences > 0);
        }

        await leave.CancelAsync();
        await NothingRuns().For("the engine to hear that nobody wants the reply any more");
    }

    [Fact]
    public async Task Nothing_is_stored_of_a_completion()
    {
        await server.PostJsonAsync(Path, Request("say nothing of this", "{\"stream\":false}"));

        // Others store theirs meanwhile; a conversation is named after its first message.
        Assert.DoesNotContain(await server.Store.ListAsync("local", "owner", 1000), header => header.Title.Contains("nothing of this", StringComparison.Ordinal));
    }

    private async Task NothingRuns()
    {
        while (server.Engine.Load.Sequences > 0) await Task.Yield();
    }

    private static JsonObject Request(string message, string more = "{}")
    {
        var request = new JsonObject
        {
            ["model"] = "scripted",
            ["stream"] = true,
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = message }),
        };
        foreach (var (name, value) in JsonNode.Parse(more)!.AsObject()) request[name] = value?.DeepClone();
        return request;
    }

    private static JsonElement Delta(JsonElement chunk) => chunk.GetProperty("choices")[0].GetProperty("delta");

    private static string Text(IEnumerable<JsonElement> chunks) =>
        string.Concat(chunks.Select(chunk => Delta(chunk).TryGetProperty("content", out var content) ? content.GetString() : ""));
}
