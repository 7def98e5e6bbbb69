using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using NGrammys.Grains.Interfaces.Quotas;
using NGrammys.TestSupport;
using NGrammys.WebFrontend.Auth;

namespace NGrammys.Conformance.Tests;

/// <summary>What keys open, what they may use, and that what runs under one ends with it.</summary>
public sealed class KeyTests(ScriptedServer server)
{
    private const string Path = "/v1/chat/completions";

    [Fact]
    public async Task Key_opens_what_its_scopes_say()
    {
        using var chat = server.Connect(New([KeyScopes.Chat]));
        using var api = server.Connect(New([KeyScopes.Api]));
        using var admin = server.Connect(New([KeyScopes.Admin]));

        Assert.Equal(HttpStatusCode.Forbidden, (await chat.GetAsync("/v1/models")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/v1/models")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/v1/models")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await api.GetAsync("/metrics")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/metrics")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await api.PostAsync("/hubs/chat/negotiate?negotiateVersion=1", null)).StatusCode);
    }

    [Fact]
    public async Task Requests_of_the_minute_are_limited_and_told()
    {
        using var http = server.Connect(New(limits: new QuotaLimits { RequestsPerMinute = 2 }));

        using var first = await http.PostAsJsonAsync(Path, Request("say a"));
        Assert.Equal(("2", "1"), (Header(first, "x-ratelimit-limit-requests"), Header(first, "x-ratelimit-remaining-requests")));
        using var second = await http.PostAsJsonAsync(Path, Request("say a"));
        using var third = await http.PostAsJsonAsync(Path, Request("say a"));

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests], [first.StatusCode, second.StatusCode, third.StatusCode]);
        Assert.InRange(third.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 30);
        var error = Answers.Parse(await third.Content.ReadAsStringAsync()).GetProperty("error");
        Assert.Equal("rate_limit_exceeded", error.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Tokens_of_the_day_are_limited()
    {
        using var http = server.Connect(New(limits: new QuotaLimits { TokensPerDay = 10 }));

        using var first = await http.PostAsJsonAsync(Path, Request("say abcdefghij"));
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);

        // What a request has cost is counted when it is over, which its caller may hear first.
        using var refused = await RefusalAsync().For("the tokens to be counted");
        Assert.True(refused.Headers.RetryAfter!.Delta > TimeSpan.FromHours(1));

        async Task<HttpResponseMessage> RefusalAsync()
        {
            while (true)
            {
                var answer = await http.PostAsJsonAsync(Path, Request("say a"));
                if (answer.StatusCode == HttpStatusCode.TooManyRequests) return answer;
                answer.Dispose();
            }
        }
    }

    [Fact]
    public async Task Revoked_key_ends_its_stream()
    {
        var name = Guid.NewGuid().ToString();
        using var http = server.Connect(server.Keys.Create(name));
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = JsonContent.Create(Request("go on for ever", stream: true)) };
        // The reply does not come to its end: only a cut ends the stream.
        using (server.Hold())
        {
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).For("the beginning of the answer");
            await using var stream = await answer.Content.ReadAsStreamAsync();

            server.Keys.Revoke(name);

            await Assert.ThrowsAnyAsync<IOException>(() => stream.CopyToAsync(Stream.Null).For("the stream to be cut off"));
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/v1/models")).StatusCode);
    }

    private string New(string[]? scopes = null, QuotaLimits? limits = null) => server.Keys.Create(Guid.NewGuid().ToString(), scopes, limits);

    private static string Header(HttpResponseMessage answer, string name) => answer.Headers.GetValues(name).Single();

    private static JsonObject Request(string message, bool stream = false) => new()
    {
        ["model"] = "scripted",
        ["stream"] = stream,
        ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = message }),
    };
}
