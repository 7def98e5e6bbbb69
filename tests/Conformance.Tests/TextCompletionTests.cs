using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NGrammys.Conformance.Tests;

/// <summary>/v1/completions: plain text, continued.</summary>
public sealed class TextCompletionTests(ScriptedServer server)
{
    private const string Path = "/v1/completions";

    [Fact]
    public async Task Text_is_continued_by_16_tokens_unless_told_otherwise()
    {
        var (_, body, _) = await server.PostJsonAsync(Path, Request("""{"prompt":"0123456789"}"""));

        Assert.Equal("text_completion", body.GetProperty("object").GetString());
        Assert.Equal(("tick tock tick t", "length"), Choice(body));
        Assert.Equal(16, body.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
    }

    [Fact]
    public async Task Several_prompts_times_alternatives_are_numbered_through()
    {
        var (_, body, _) = await server.PostJsonAsync(Path, Request("""{"prompt":["0123456789","01234"],"n":2,"max_tokens":4}"""));

        var choices = body.GetProperty("choices").EnumerateArray().ToList();
        Assert.Equal([0, 1, 2, 3], choices.Select(choice => choice.GetProperty("index").GetInt32()));
        Assert.Equal(["tick", "tick", "tock", "tock"], choices.Select(choice => choice.GetProperty("text").GetString()));
    }

    [Fact]
    public async Task Prompt_may_be_ids_and_is_echoed()
    {
        var (_, body, _) = await server.PostJsonAsync(Path, Request("""{"prompt":[97,98,99],"echo":true,"max_tokens":2,"stop":["k"]}"""));

        Assert.Equal("abc", Choice(body).Text?[..3]);
    }

    [Fact]
    public async Task Log_probabilities_have_offsets()
    {
        var (_, body, _) = await server.PostJsonAsync(Path, Request("""{"prompt":"0123456789","max_tokens":3,"logprobs":2}"""));

        var logprobs = body.GetProperty("choices")[0].GetProperty("logprobs");
        Assert.Equal(["t", "i", "c"], logprobs.GetProperty("tokens").EnumerateArray().Select(token => token.GetString()));
        Assert.Equal([0, 1, 2], logprobs.GetProperty("text_offset").EnumerateArray().Select(offset => offset.GetInt32()));
        Assert.Equal(2, logprobs.GetProperty("top_logprobs")[0].EnumerateObject().Count());
    }

    [Fact]
    public async Task Stream_brings_the_same()
    {
        var events = await server.PostForEventsAsync(Path, Request("""{"prompt":"0123456789","stream":true,"stream_options":{"include_usage":true}}"""));

        var chunks = events[..^1].ConvertAll(Answers.Parse);
        Assert.Equal("tick tock tick t", string.Concat(chunks[..^1].Select(chunk => chunk.GetProperty("choices")[0].GetProperty("text").GetString())));
        Assert.Equal("length", chunks[^2].GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        Assert.Equal(16, chunks[^1].GetProperty("usage").GetProperty("completion_tokens").GetInt32());
        Assert.Equal("[DONE]", events[^1]);
    }

    [Theory]
    [InlineData("{}", "prompt")]
    [InlineData("""{"prompt":3}""", "prompt")]
    [InlineData("""{"prompt":[]}""", "prompt")]
    [InlineData("""{"prompt":["a",{}]}""", "prompt[1]")]
    [InlineData("""{"prompt":[1,"a"]}""", "prompt[1]")]
    [InlineData("""{"prompt":[[1.5]]}""", "prompt[0][0]")]
    [InlineData("""{"prompt":"a","logprobs":6}""", "logprobs")]
    [InlineData("""{"prompt":"a","max_tokens":0}""", "max_tokens")]
    [InlineData("""{"prompt":"a","suffix":"b"}""", "suffix")]
    [InlineData("""{"prompt":"a","best_of":2}""", "best_of")]
    [InlineData("""{"prompt":"a","echo":true,"logprobs":1}""", "echo")]
    [InlineData("""{"prompt":"a","echo":"yes"}""", "echo")]
    [InlineData("""{"prompt":["a","b"],"n":128}""", "prompt")]
    [InlineData("""{"prompt":"a","temperature":9}""", "temperature")]
    public async Task What_is_wrong_is_refused_by_its_name(string more, string param)
    {
        var (status, body, _) = await server.PostJsonAsync(Path, Request(more));

        Assert.Equal((HttpStatusCode.BadRequest, param), (status, body.GetProperty("error").GetProperty("param").GetString()));
    }

    [Theory]
    [InlineData("""{"prompt":""}""")]
    [InlineData("""{"prompt":[260]}""")]
    [InlineData("""{"prompt":[-1]}""")]
    public async Task Prompt_that_no_model_could_read_is_refused(string more)
    {
        var (status, _, _) = await server.PostJsonAsync(Path, Request(more));

        Assert.Equal(HttpStatusCode.BadRequest, status);
    }

    private static JsonObject Request(string more)
    {
        var request = JsonNode.Parse(more)!.AsObject();
        request["model"] = "scripted";
        return request;
    }

    private static (string? Text, string? Finish) Choice(JsonElement body) =>
        (body.GetProperty("choices")[0].GetProperty("text").GetString(), body.GetProperty("choices")[0].GetProperty("finish_reason").GetString());
}
