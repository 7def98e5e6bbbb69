using System.Globalization;
using System.Text;
using System.Text.Json;

namespace NGrammys.Conformance.Tests;

/// <summary>Requests that nobody would send, to every endpoint: whatever they are, the answer is no 5xx, and an error says what is wrong.</summary>
/// <remarks>NGRAMMYS_FUZZ_REQUESTS sets their number, NGRAMMYS_FUZZ_SEED the seed.</remarks>
public sealed class ApiFuzzTests(ScriptedServer server)
{
    private static readonly string[] Posts = ["chat/completions", "completions", "responses", "conversations", "conversations/conv_1", "responses/resp_1/cancel"];
    private static readonly string[] Reads = ["models", "models/x", "responses/resp_1?stream=true&starting_after=", "conversations/conv_1/items?limit=", "conversations/conv_1/items/msg_1", "nothing"];

    private static readonly string[] Names =
    [
        "model", "messages", "prompt", "input", "instructions", "stream", "stream_options", "n", "stop", "seed", "temperature", "top_p", "top_k", "max_tokens",
        "max_completion_tokens", "max_output_tokens", "logprobs", "top_logprobs", "logit_bias", "tools", "tool_choice", "response_format", "metadata", "store",
        "background", "conversation", "previous_response_id", "truncation", "speculation", "echo", "suffix", "best_of", "min_tokens", "chat_template_kwargs", "role",
        "content", "type", "text", "function", "name", "arguments", "tool_calls", "include_usage", "mode", "max_nodes", "title", "items", "text", "format", "prediction",
        "min_p", "typical_p", "presence_penalty", "frequency_penalty", "repetition_penalty", "stop_token_ids", "ignore_eos", "parallel_tool_calls", "include_obfuscation",
    ];

    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "1", "-1", "1e400", "1.5", "99999999999999999999", "2147483648", "\"\"", "\"scripted\"", "\"user\"", "\"say hello\"", "\"text\"", "\"auto\"", "\"required\"",
        "[]", "{}", "[[]]", "[{}]", "[1,2,3]", "[260]", "\"\\ud800\"", "\"\\u0000\"", "\"<|im_start|>\"", "\"conv_0123456789abcdef0123456789abcdef\"",
        "[{\"role\":\"user\",\"content\":\"say hello\"}]", "[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]", "{\"type\":\"json_schema\"}", "{\"97\":-100}",
    ];

    [Fact]
    public async Task Nothing_that_is_sent_is_a_server_error()
    {
        var seed = Setting("NGRAMMYS_FUZZ_SEED") ?? Environment.TickCount;
        var random = new Random(seed);
        for (var i = 0; i < (Setting("NGRAMMYS_FUZZ_REQUESTS") ?? 300); i++)
        {
            using var request = Next(random, out var sent);
            using var answer = await server.Http.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();

            Assert.True((int)answer.StatusCode < 500, $"seed {seed}, request {i}: {sent}: {answer.StatusCode} {text}");
            if (answer.IsSuccessStatusCode) continue;
            var error = JsonSerializer.Deserialize<JsonElement>(text).GetProperty("error");
            Assert.False(string.IsNullOrWhiteSpace(error.GetProperty("message").GetString()), $"seed {seed}, request {i}: {sent}");
        }
    }

    private static HttpRequestMessage Next(Random random, out string sent)
    {
        if (random.Next(6) == 0)
        {
            var path = Pick(random, Reads) + (random.Next(2) == 0 ? "" : Uri.EscapeDataString(Pick(random, Values)));
            sent = $"GET {path}";
            return new HttpRequestMessage(random.Next(4) == 0 ? HttpMethod.Delete : HttpMethod.Get, $"/v1/{path}");
        }

        var target = Pick(random, Posts);
        var body = Encoding.UTF8.GetBytes(Body(random, target));
        // Half of a body, or a byte of it that is another one.
        if (random.Next(8) == 0) body = body[..random.Next(body.Length + 1)];
        if (random.Next(8) == 0 && body.Length > 0) body[random.Next(body.Length)] = (byte)random.Next(256);
        sent = $"POST {target} {Encoding.Latin1.GetString(body)}";
        return new HttpRequestMessage(HttpMethod.Post, $"/v1/{target}") { Content = new ByteArrayContent(body) };
    }

    // What an endpoint wants, most of the time: a request that is refused for its first member goes no deeper.
    private static string Body(Random random, string target)
    {
        var members = new Dictionary<string, string>();
        if (random.Next(4) != 0) members["model"] = "\"scripted\"";
        var (said, value, length) = target switch
        {
            "completions" => ("prompt", "\"say hello\"", "max_tokens"),
            "responses" => ("input", "\"say hello\"", "max_output_tokens"),
            _ => ("messages", "[{\"role\":\"user\",\"content\":\"say hello\"}]", "max_tokens"),
        };
        if (random.Next(6) != 0) members[said] = value;
        members[length] = "5";
        for (var more = random.Next(4); more > 0; more--) members[Pick(random, Names)] = Value(random, depth: 0);
        return Object(members);
    }

    private static string Value(Random random, int depth) => depth < 3 && random.Next(4) == 0
        ? Object(Enumerable.Range(0, random.Next(4)).Select(_ => Pick(random, Names)).Distinct().ToDictionary(name => name, _ => Value(random, depth + 1)))
        : depth < 3 && random.Next(6) == 0 ? $"[{Value(random, depth + 1)},{Value(random, depth + 1)}]" : Pick(random, Values);

    private static string Object(Dictionary<string, string> members) => $"{{{string.Join(',', members.Select(member => $"\"{member.Key}\":{member.Value}"))}}}";

    private static string Pick(Random random, string[] from) => from[random.Next(from.Length)];

    private static int? Setting(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
