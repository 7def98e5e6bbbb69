using System.Net;
using System.Text.Json.Nodes;

namespace NGrammys.Conformance.Tests;

/// <summary>Parameters of other endpoints and other servers: ignored, they would change the answer without a word.</summary>
public sealed class MisplacedFieldTests(ScriptedServer server)
{
    private const string Chat = """{"model":"scripted","messages":[{"role":"user","content":"hello"}],"max_completion_tokens":2}""";
    private const string Text = """{"model":"scripted","prompt":"hello","max_tokens":2}""";
    private const string Response = """{"model":"scripted","input":"hello","max_output_tokens":2,"store":false}""";

    [Theory]
    [InlineData("chat/completions", Chat, "max_output_tokens", "5")]
    [InlineData("chat/completions", Chat, "instructions", "\"be brief\"")]
    [InlineData("chat/completions", Chat, "previous_response_id", "\"resp_1\"")]
    [InlineData("chat/completions", Chat, "conversation", "\"conv_1\"")]
    [InlineData("chat/completions", Chat, "text", """{"format":{"type":"json_object"}}""")]
    [InlineData("chat/completions", Chat, "echo", "true")]
    [InlineData("chat/completions", Chat, "guided_json", """{"type":"object"}""")]
    [InlineData("chat/completions", Chat, "repeat_penalty", "1.1")]
    [InlineData("completions", Text, "max_completion_tokens", "5")]
    [InlineData("completions", Text, "response_format", """{"type":"json_object"}""")]
    [InlineData("completions", Text, "top_logprobs", "2")]
    [InlineData("completions", Text, "messages", """[{"role":"user","content":"hello"}]""")]
    [InlineData("completions", Text, "grammar", "\"root ::= [a-z]\"")]
    [InlineData("responses", Response, "max_tokens", "5")]
    [InlineData("responses", Response, "response_format", """{"type":"json_object"}""")]
    [InlineData("responses", Response, "messages", """[{"role":"user","content":"hello"}]""")]
    [InlineData("responses", Response, "logprobs", "true")]
    [InlineData("responses", Response, "chat_template_kwargs", """{"thinking":true}""")]
    [InlineData("responses", Response, "use_beam_search", "true")]
    public async Task What_would_change_the_answer_elsewhere_is_refused_by_its_name(string path, string body, string name, string value)
    {
        var (status, answer, _) = await server.PostJsonAsync($"/v1/{path}", With(body, name, value));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal((name, "unsupported_parameter"), (answer.GetProperty("error").GetProperty("param").GetString(), answer.GetProperty("error").GetProperty("code").GetString()));
    }

    [Theory]
    [InlineData("chat/completions", Chat, "echo", "false")]
    [InlineData("chat/completions", Chat, "guided_json", "null")]
    [InlineData("chat/completions", Chat, "mirostat", "0")]
    [InlineData("chat/completions", Chat, "bad_words", "[]")]
    [InlineData("chat/completions", Chat, "colour", "\"blue\"")]
    [InlineData("completions", Text, "response_format", "{}")]
    [InlineData("responses", Response, "logprobs", "false")]
    public async Task What_would_do_nothing_elsewhere_does_nothing_here(string path, string body, string name, string value) =>
        Assert.Equal(HttpStatusCode.OK, (await server.PostJsonAsync($"/v1/{path}", With(body, name, value))).Status);

    [Theory]
    [InlineData("""{"role":"assistant","content":"x","function_call":{"name":"f","arguments":"{}"}}""", "messages[0].function_call")]
    [InlineData("""{"role":"assistant","content":"x","audio":{"id":"a"}}""", "messages[0].audio")]
    public async Task What_a_message_says_in_ways_that_are_not_read_is_refused(string message, string param)
    {
        var (status, answer, _) = await server.PostJsonAsync("/v1/chat/completions", JsonNode.Parse($$"""{"model":"scripted","messages":[{{message}}]}""")!);

        Assert.Equal((HttpStatusCode.BadRequest, param), (status, answer.GetProperty("error").GetProperty("param").GetString()));
    }

    private static JsonNode With(string body, string name, string value)
    {
        var json = JsonNode.Parse(body)!.AsObject();
        json[name] = JsonNode.Parse(value);
        return json;
    }
}
