using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NGrammys.Conformance.Tests;

/// <summary>Every parameter of chat completions that is wrong or not supported is refused by its name, in OpenAI's form.</summary>
public sealed class ChatErrorTests(ScriptedServer server)
{
    [Theory]
    [InlineData("{}", "model", "missing_required_parameter")]
    [InlineData("""{"model":3}""", "model", "invalid_type")]
    [InlineData("""{"model":"scripted"}""", "messages", "missing_required_parameter")]
    [InlineData("""{"model":"scripted","messages":[]}""", "messages", "invalid_value")]
    [InlineData("""{"model":"scripted","messages":"hi"}""", "messages", "invalid_type")]
    [InlineData("""{"model":"scripted","messages":["hi"]}""", "messages[0]", "invalid_type")]
    [InlineData("""{"model":"scripted","messages":[{"content":"hi"}]}""", "messages[0].role", "missing_required_parameter")]
    [InlineData("""{"model":"scripted","messages":[{"role":"wizard","content":"hi"}]}""", "messages[0].role", "invalid_value")]
    [InlineData("""{"model":"scripted","messages":[{"role":"user"}]}""", "messages[0].content", "missing_required_parameter")]
    [InlineData("""{"model":"scripted","messages":[{"role":"user","content":7}]}""", "messages[0].content", "invalid_type")]
    [InlineData("""{"model":"scripted","messages":[{"role":"user","content":[{"type":"text"}]}]}""", "messages[0].content[0].text", "missing_required_parameter")]
    [InlineData("""{"model":"scripted","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"x"}}]}]}""", "messages[0].content[0].type", "unsupported_parameter")]
    [InlineData("""{"model":"scripted","messages":[{"role":"tool","content":"4"}]}""", "messages[0].tool_call_id", "missing_required_parameter")]
    [InlineData("""{"model":"scripted","messages":[{"role":"assistant","tool_calls":[{"id":"1","type":"function"}]}]}""", "messages[0].tool_calls[0].function", "missing_required_parameter")]
    [InlineData("""{"model":"scripted","messages":[{"role":"assistant","tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{"}}]}]}""", "messages[0].tool_calls[0].function.arguments", "invalid_value")]
    public async Task Message_that_is_wrong_is_refused(string body, string param, string code) => await RefusedAsync(body, param, code);

    [Theory]
    [InlineData("temperature", "-0.1")]
    [InlineData("temperature", "2.1")]
    [InlineData("temperature", "\"hot\"")]
    [InlineData("top_p", "1.5")]
    [InlineData("top_p", "-1")]
    [InlineData("top_k", "-2")]
    [InlineData("min_p", "2")]
    [InlineData("typical_p", "0")]
    [InlineData("repetition_penalty", "0")]
    [InlineData("presence_penalty", "2.5")]
    [InlineData("frequency_penalty", "-2.5")]
    [InlineData("frequency_penalty", "[]")]
    [InlineData("seed", "1.5")]
    [InlineData("seed", "\"x\"")]
    [InlineData("n", "0")]
    [InlineData("n", "129")]
    [InlineData("max_tokens", "0")]
    [InlineData("max_completion_tokens", "-1")]
    [InlineData("max_completion_tokens", "1e3")]
    [InlineData("min_tokens", "-1")]
    [InlineData("stop", "[\"a\",\"b\",\"c\",\"d\",\"e\"]")]
    [InlineData("stop", "3")]
    [InlineData("stop", "[3]", "stop[0]")]
    [InlineData("stop", "[\"\"]", "stop[0]")]
    [InlineData("stop_token_ids", "[-1]", "stop_token_ids[0]")]
    [InlineData("logit_bias", "[]")]
    [InlineData("logit_bias", "{\"a\":1}")]
    [InlineData("logit_bias", "{\"1\":101}", "logit_bias.1")]
    [InlineData("logprobs", "1")]
    [InlineData("top_logprobs", "3")]
    [InlineData("stream", "\"yes\"")]
    [InlineData("stream_options", "{\"include_usage\":true}")]
    [InlineData("metadata", "{\"a\":1}", "metadata.a")]
    [InlineData("reasoning_effort", "\"enormous\"")]
    [InlineData("service_tier", "\"gold\"")]
    [InlineData("user", "1")]
    [InlineData("speculation", "\"off\"")]
    [InlineData("speculation", "{\"mode\":\"fast\"}", "speculation.mode")]
    [InlineData("speculation", "{\"max_nodes\":-1}", "speculation.max_nodes")]
    [InlineData("speculation", "{\"max_depth\":0}", "speculation.max_depth")]
    [InlineData("tool_choice", "\"auto\"")]
    [InlineData("tools", "[{\"type\":\"function\"}]", "tools[0].function")]
    [InlineData("tools", "[{\"type\":\"function\",\"function\":{}}]", "tools[0].function.name")]
    [InlineData("tools", "[{\"type\":\"function\",\"function\":{\"name\":\"\"}}]", "tools[0].function.name")]
    [InlineData("chat_template_kwargs", "[]")]
    [InlineData("prediction", "\"hello\"")]
    [InlineData("prediction", "{\"type\":\"guess\",\"content\":\"hello\"}", "prediction.type")]
    [InlineData("prediction", "{\"type\":\"content\"}", "prediction.content")]
    public async Task Value_that_is_out_of_range_or_of_another_type_is_refused(string name, string value, string? param = null) =>
        await RefusedAsync(With(name, value), param ?? name, null);

    [Theory]
    [InlineData("store", "true")]
    [InlineData("audio", "{\"voice\":\"alloy\"}")]
    [InlineData("modalities", "[\"text\",\"audio\"]")]
    [InlineData("functions", "[]")]
    [InlineData("function_call", "\"auto\"")]
    [InlineData("web_search_options", "{}")]
    [InlineData("tools", "[{\"type\":\"custom\",\"custom\":{\"name\":\"x\"}}]", "tools[0].type")]
    public async Task Parameter_that_is_known_and_not_supported_is_refused(string name, string value, string? param = null) =>
        await RefusedAsync(With(name, value), param ?? name, "unsupported_parameter");

    [Theory]
    [InlineData("store", "false")]
    [InlineData("modalities", "[\"text\"]")]
    [InlineData("response_format", "{\"type\":\"text\"}")]
    [InlineData("metadata", "{\"a\":\"b\"}")]
    [InlineData("user", "\"me\"")]
    [InlineData("safety_identifier", "\"me\"")]
    [InlineData("prompt_cache_key", "\"k\"")]
    [InlineData("reasoning_effort", "\"low\"")]
    [InlineData("verbosity", "\"high\"")]
    [InlineData("service_tier", "\"auto\"")]
    [InlineData("parallel_tool_calls", "true")]
    [InlineData("something_new", "{\"of\":\"tomorrow\"}")]
    [InlineData("temperature", "null")]
    [InlineData("top_k", "-1")]
    [InlineData("top_p", "0")]
    [InlineData("speculation", "{\"mode\":\"off\"}")]
    [InlineData("speculation", "{\"mode\":\"auto\",\"max_nodes\":4,\"max_depth\":2}")]
    public async Task Parameter_that_changes_nothing_is_taken(string name, string value)
    {
        var (status, body, _) = await server.PostJsonAsync("/v1/chat/completions", JsonNode.Parse(With(name, value))!);

        Assert.True(status == HttpStatusCode.OK, body.ToString());
        Assert.Equal("hello", body.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"model\":\"scripted\",\"model\":\"scripted\"}")]
    [InlineData("{\"model\":\"\\ud800\"}")]
    public async Task Body_that_is_no_json_object_is_refused(string body) => await RefusedAsync(body, null, null);

    [Fact]
    public async Task Unknown_model_is_404()
    {
        var (status, body, answer) = await server.PostJsonAsync("/v1/chat/completions", JsonNode.Parse(Hello.Replace("scripted", "gpt-9", StringComparison.Ordinal))!);

        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Equal(("model_not_found", "model"), (Error(body, "code"), Error(body, "param")));
        Assert.StartsWith("req_", answer.Headers.GetValues("x-request-id").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prompt_beyond_the_context_says_so()
    {
        var body = JsonNode.Parse(Hello)!;
        body["messages"]![0]!["content"] = new string('x', ScriptedServer.Context);

        var (status, answer, _) = await server.PostJsonAsync("/v1/chat/completions", body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(("context_length_exceeded", "messages"), (Error(answer, "code"), Error(answer, "param")));
    }

    [Fact]
    public async Task Body_that_is_too_large_is_413()
    {
        using var content = new StringContent(new string(' ', 5 * 1024 * 1024) + Hello, Encoding.UTF8, "application/json");
        // Asked first, the server refuses before the body is sent.
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = content };
        request.Headers.ExpectContinue = true;
        using var answer = await server.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("ngk_wrong")]
    public async Task Wrong_or_missing_key_is_401(string? key)
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        if (key is not null) http.DefaultRequestHeaders.Authorization = new("Bearer", key);

        using var answer = await http.GetAsync("/v1/models");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("invalid_api_key", Error(Answers.Parse(await answer.Content.ReadAsStringAsync()), "code"));
    }

    [Theory]
    [InlineData("GET", "/v1/nothing", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v1/chat/completions", HttpStatusCode.MethodNotAllowed)]
    [InlineData("DELETE", "/v1/models", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/v1/models/other", HttpStatusCode.NotFound)]
    public async Task Wrong_address_or_method_is_an_error_object(string method, string path, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var answer = await server.Http.SendAsync(request);

        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal("invalid_request_error", Error(Answers.Parse(await answer.Content.ReadAsStringAsync()), "type"));
    }

    private const string Hello = """{"model":"scripted","messages":[{"role":"user","content":"say hello"}]}""";

    private static string With(string name, string value) => $"{Hello[..^1]},\"{name}\":{value}}}";

    private async Task RefusedAsync(string body, string? param, string? code)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await server.Http.PostAsync("/v1/chat/completions", content);
        var text = await answer.Content.ReadAsStringAsync();

        Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, text);
        var error = Answers.Parse(text).GetProperty("error");
        Assert.Equal(["message", "type", "param", "code"], error.EnumerateObject().Select(member => member.Name));
        Assert.Equal("invalid_request_error", error.GetProperty("type").GetString());
        Assert.DoesNotContain('\n', error.GetProperty("message").GetString()!);
        Assert.Equal(param, error.GetProperty("param").GetString());
        if (code is not null) Assert.Equal(code, error.GetProperty("code").GetString());
    }

    private static string? Error(JsonElement body, string member) => body.GetProperty("error").GetProperty(member).GetString();
}
