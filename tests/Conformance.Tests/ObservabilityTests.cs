using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using NGrammys.TestSupport;
using NGrammys.WebFrontend.Auth;

namespace NGrammys.Conformance.Tests;

/// <summary>Metrics and health, as an operator's programs read them.</summary>
public sealed class ObservabilityTests(ScriptedServer server)
{
    [Theory]
    [InlineData("/healthz/startup")]
    [InlineData("/healthz/live")]
    [InlineData("/healthz/ready")]
    public async Task Health_is_told_without_a_key(string path)
    {
        using var http = new HttpClient { BaseAddress = server.Address };

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(path)).StatusCode);
    }

    [Fact]
    public async Task Metrics_tell_what_speculation_did_and_nothing_of_what_was_said()
    {
        using var http = server.Connect(server.Keys.Create(Guid.NewGuid().ToString(), [KeyScopes.Admin]));

        var text = await AcceptedAsync(http).For("a draft to come in time and be accepted");

        Assert.Contains("ngrammys_spec_accepted_total{source=\"context\"} ", text, StringComparison.Ordinal);
        Assert.Contains("vllm:spec_decode_num_draft_tokens_total{source=\"context\"} ", text, StringComparison.Ordinal);
        Assert.Contains("ngrammys_spec_accepted_at_total{position=\"0\"} ", text, StringComparison.Ordinal);
        Assert.Contains("gen_ai_server_time_to_first_token_seconds_bucket{gen_ai_operation_name=\"chat\"", text, StringComparison.Ordinal);
        Assert.Contains("ngrammys_turns_total{finish=\"stop\"} ", text, StringComparison.Ordinal);
        Assert.Contains("ngrammys_kv_rows{device=\"0\"} ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("tomato", text, StringComparison.Ordinal);
        Assert.All(text.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Matches(@"^(# (HELP|TYPE) \S+ .+|[a-z0-9_:]+(\{[^{}]*\})? \S+)$", line));
    }

    // On a machine that is busy a draft may come too late, and then another.
    private async Task<string> AcceptedAsync(HttpClient http)
    {
        while (true)
        {
            await server.PostJsonAsync("/v1/chat/completions", JsonNode.Parse("""{"model":"scripted","messages":[{"role":"user","content":"say tomato tomato tomato tomato tomato"}]}""")!);
            var text = await http.GetStringAsync("/metrics");
            if (text.Contains("ngrammys_spec_accepted_total{source=\"context\"} ", StringComparison.Ordinal)) return text;
        }
    }
}
