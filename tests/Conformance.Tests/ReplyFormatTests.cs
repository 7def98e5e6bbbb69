using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenAI.Chat;

namespace NGrammys.Conformance.Tests;

/// <summary>Replies that are held to a form: response_format, text.format, and tools that must be called.</summary>
public sealed class ReplyFormatTests(ScriptedServer server)
{
    // Whatever the model would rather say, its words are masked to one of two.
    private const string Colour = """{"type":"object","properties":{"colour":{"enum":["red","green"]}},"required":["colour"],"additionalProperties":false}""";

    private const string InColour = """{"type":"json_schema","json_schema":{"name":"colour","schema":""" + Colour + "}}";

    private const string Paint = """{"type":"function","function":{"name":"paint","strict":true,"parameters":{"type":"object","properties":{"with":{"$ref":"#/$defs/colour"}},"required":["with"],"additionalProperties":false,"$defs":{"colour":{"enum":["red","green"]}}}}}""";

    private const string Wait = """{"type":"function","function":{"name":"wait"}}""";

    [Fact]
    public async Task Official_client_gets_what_its_schema_asks_for()
    {
        var options = new ChatCompletionOptions { ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat("colour", BinaryData.FromString(Colour), jsonSchemaIsStrict: true) };
        ChatCompletion answer = await server.OpenAI.GetChatClient(server.Model).CompleteChatAsync([new UserChatMessage("hello")], options);

        Assert.Equal(ChatFinishReason.Stop, answer.FinishReason);
        Assert.Contains(Answers.Parse(answer.Content[0].Text).GetProperty("colour").GetString(), (string[])["red", "green"]);
    }

    [Fact]
    public async Task What_a_model_says_in_the_form_is_left_as_it_is()
    {
        var answer = await ContentAsync("""say {"colour": "green"}""", "response_format", InColour);

        Assert.Equal("""{"colour": "green"}""", answer);
    }

    [Fact]
    public async Task Any_object_is_an_object()
    {
        Assert.Equal("""{"a": [1, "b"]}""", await ContentAsync("""say {"a": [1, "b"]}""", "response_format", """{"type":"json_object"}"""));
    }

    [Fact]
    public async Task Response_is_held_to_its_format_and_tells_it()
    {
        var body = JsonNode.Parse("""{"model":"scripted","input":"hello","text":{"format":{"type":"json_schema","name":"colour"}}}""")!;
        body["text"]!["format"]!["schema"] = JsonNode.Parse(Colour);
        var (status, answer, _) = await server.PostJsonAsync("/v1/responses", body);

        Assert.True(status == HttpStatusCode.OK, answer.ToString());
        Assert.Equal("json_schema", answer.GetProperty("text").GetProperty("format").GetProperty("type").GetString());
        var text = answer.GetProperty("output")[0].GetProperty("content")[0].GetProperty("text").GetString()!;
        Assert.Contains(Answers.Parse(text).GetProperty("colour").GetString(), (string[])["red", "green"]);
    }

    [Theory]
    [InlineData("\"required\"")]
    [InlineData("""{"type":"function","function":{"name":"paint"}}""")]
    public async Task Model_that_must_call_calls_with_arguments_of_the_schema(string choice)
    {
        var message = await MessageAsync("hello", ("tools", $"[{Paint}]"), ("tool_choice", choice));

        var call = Assert.Single(message.GetProperty("tool_calls").EnumerateArray()).GetProperty("function");
        Assert.Equal("paint", call.GetProperty("name").GetString());
        Assert.Contains(Answers.Parse(call.GetProperty("arguments").GetString()!).GetProperty("with").GetString(), (string[])["red", "green"]);
    }

    [Fact]
    public async Task Named_function_is_called_and_no_other()
    {
        var message = await MessageAsync("""say {"name":"wait","arguments":{}}""", ("tools", $"[{Wait},{Paint}]"), ("tool_choice", """{"type":"function","function":{"name":"paint"}}"""));

        Assert.Equal("paint", message.GetProperty("tool_calls")[0].GetProperty("function").GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("""say <tool_call>{"name":"paint","arguments":{"with":"blue"}}</tool_call>""")]
    [InlineData("""say One moment. <tool_call>{"name":"paint","arguments":{"with":"green","how":"fast"}}</tool_call>""")]
    [InlineData("""say {"name":"paint","arguments":{}}""")]
    public async Task Strict_function_that_the_model_chooses_to_call_is_called_with_arguments_of_the_schema(string prompt)
    {
        var message = await MessageAsync(prompt, ("tools", $"[{Paint}]"));

        var call = Assert.Single(message.GetProperty("tool_calls").EnumerateArray()).GetProperty("function");
        Assert.Equal("paint", call.GetProperty("name").GetString());
        var with = Assert.Single(Answers.Parse(call.GetProperty("arguments").GetString()!).EnumerateObject());
        Assert.Contains(with.Value.GetString(), (string[])["red", "green"]);
    }

    [Fact]
    public async Task Beside_a_strict_function_the_model_may_still_say_anything()
    {
        var message = await MessageAsync("say Blue <b>is</b> no colour {of mine}.", ("tools", $"[{Paint}]"));

        Assert.False(message.TryGetProperty("tool_calls", out _));
        Assert.Equal("Blue <b>is</b> no colour {of mine}.", message.GetProperty("content").GetString());
    }

    [Fact]
    public async Task Beside_a_strict_function_one_that_is_not_takes_any_arguments()
    {
        var message = await MessageAsync("""say <tool_call>{"name":"wait","arguments":{"for":"ever"}}</tool_call>""", ("tools", $"[{Wait},{Paint}]"));

        Assert.Equal("""{"for":"ever"}""", message.GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString());
    }

    [Theory]
    [InlineData("""say {"colour":"red"}""", false)]
    [InlineData("""say {"name":"wait","arguments":{}}""", true)]
    public async Task Format_beside_tools_lets_the_model_choose_between_them(string prompt, bool calls)
    {
        var message = await MessageAsync(prompt, ("tools", $"[{Wait}]"), ("response_format", InColour));

        Assert.Equal(calls, message.TryGetProperty("tool_calls", out _));
        if (!calls) Assert.Equal("""{"colour":"red"}""", message.GetProperty("content").GetString());
    }

    [Theory]
    [InlineData("response_format", """{"type":"xml"}""", "response_format.type")]
    [InlineData("response_format", "{}", "response_format.type")]
    [InlineData("response_format", """{"type":"json_schema"}""", "response_format.json_schema")]
    [InlineData("response_format", """{"type":"json_schema","json_schema":{"schema":{}}}""", "response_format.json_schema.name")]
    [InlineData("response_format", """{"type":"json_schema","json_schema":{"name":"x"}}""", "response_format.json_schema.schema")]
    [InlineData("response_format", """{"type":"json_schema","json_schema":{"name":"x","schema":[]}}""", "response_format.json_schema.schema")]
    public async Task Format_that_is_wrong_is_refused_by_its_name(string name, string value, string param)
    {
        var (status, answer) = await PostAsync("hello", (name, value));

        Assert.Equal((HttpStatusCode.BadRequest, param), (status, answer.GetProperty("error").GetProperty("param").GetString()));
    }

    [Theory]
    [InlineData("\"sometimes\"", "tool_choice")]
    [InlineData("""{"type":"custom","custom":{"name":"paint"}}""", "tool_choice.type")]
    [InlineData("""{"type":"function","function":{"name":"sing"}}""", "tool_choice.function.name")]
    public async Task Choice_of_a_tool_that_is_wrong_is_refused_by_its_name(string choice, string param)
    {
        var (status, answer) = await PostAsync("hello", ("tools", $"[{Wait}]"), ("tool_choice", choice));

        Assert.Equal((HttpStatusCode.BadRequest, param), (status, answer.GetProperty("error").GetProperty("param").GetString()));
    }

    [Fact]
    public async Task Schema_that_nobody_understands_is_refused_with_its_keyword()
    {
        var (status, answer) = await PostAsync("hello", ("response_format", """{"type":"json_schema","json_schema":{"name":"x","schema":{"$ref":"#/$defs/nothing"}}}"""));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("$ref", answer.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private async Task<string?> ContentAsync(string prompt, string name, string value) => (await MessageAsync(prompt, (name, value))).GetProperty("content").GetString();

    private async Task<JsonElement> MessageAsync(string prompt, params (string Name, string Value)[] more)
    {
        var (status, answer) = await PostAsync(prompt, more);
        Assert.True(status == HttpStatusCode.OK, answer.ToString());
        return answer.GetProperty("choices")[0].GetProperty("message");
    }

    private async Task<(HttpStatusCode, JsonElement)> PostAsync(string prompt, params (string Name, string Value)[] more)
    {
        var body = new JsonObject { ["model"] = server.Model, ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = prompt }), ["max_tokens"] = 1000 };
        foreach (var (name, value) in more) body[name] = JsonNode.Parse(value);
        var (status, answer, _) = await server.PostJsonAsync("/v1/chat/completions", body);
        return (status, answer);
    }
}
