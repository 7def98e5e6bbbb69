using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using NGrammys.Grains.Interfaces.Quotas;
using NGrammys.WebFrontend.Admin;
using NGrammys.WebFrontend.Auth;

namespace NGrammys.WebFrontend.Tests.Admin;

public sealed class AdminEndpointsTests(Cluster cluster) : WebServerTests(cluster)
{
    [Theory]
    [InlineData("GET", "/admin/status")]
    [InlineData("POST", "/admin/nodes/127.0.0.1:1@1/drain")]
    [InlineData("POST", "/admin/nodes/127.0.0.1:1@1/resume")]
    [InlineData("GET", "/admin/keys")]
    [InlineData("POST", "/admin/keys")]
    [InlineData("DELETE", "/admin/keys/mine")]
    public async Task Only_operators_come_in(string method, string path)
    {
        using var nobody = Connect(null);
        using var somebody = Connect(Server.NewKey());

        using var first = await nobody.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), Cancellation);
        using var second = await somebody.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), Cancellation);

        Assert.Equal(HttpStatusCode.Unauthorized, first.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, second.StatusCode);
    }

    [Fact]
    public async Task The_state_of_the_cluster_is_told()
    {
        using var operations = Connect(Server.Keys.Create("operator", [KeyScopes.Admin]));

        var status = await operations.GetFromJsonAsync<JsonElement>("/admin/status", Cancellation);

        var node = status.GetProperty("nodes")[0];
        Assert.Equal("first", node.GetProperty("name").GetString());
        Assert.Equal(JsonValueKind.Null, node.GetProperty("details").ValueKind);
    }

    [Fact]
    public async Task A_node_is_drained_by_its_address_and_what_cannot_be_is_refused_with_a_line()
    {
        using var operations = Connect(Server.Keys.Create("operator", [KeyScopes.Admin]));

        using var drained = await operations.PostAsync("/admin/nodes/127.0.0.1:1@1/drain", null, Cancellation);
        using var unknown = await operations.PostAsync("/admin/nodes/127.0.0.1%3A2%401/drain", null, Cancellation);
        using var refused = await operations.PostAsync("/admin/nodes/127.0.0.1:1@1/resume", null, Cancellation);

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.BadRequest, HttpStatusCode.Conflict), (drained.StatusCode, unknown.StatusCode, refused.StatusCode));
        Assert.Contains("There is no node '127.0.0.1:2@1'.", await unknown.Content.ReadAsStringAsync(Cancellation));
        Assert.Contains("127.0.0.1:1@1 was not drained.", await refused.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task A_key_is_made_listed_without_its_secret_and_revoked()
    {
        using var operations = Connect(Server.Keys.Create("operator", [KeyScopes.Admin]));

        using var made = await operations.PostAsJsonAsync("/admin/keys", new NewKeyRequest("build", [KeyScopes.Admin], new QuotaLimits { TokensPerDay = 1000 }), Cancellation);
        var key = (await made.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("key").GetString()!;
        var listed = await operations.GetStringAsync("/admin/keys", Cancellation);
        using var other = Connect(key);

        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        Assert.Contains("\"name\":\"build\",\"tenant\":\"local\",\"owner\":\"owner\"", listed);
        Assert.Contains("\"tokensPerDay\":1000", listed);
        Assert.DoesNotContain(key, listed);
        Assert.DoesNotContain(KeyStore.Hash(key), listed);
        Assert.Equal(listed, await other.GetStringAsync("/admin/keys", Cancellation));

        using var revoked = await operations.DeleteAsync("/admin/keys/build", Cancellation);
        using var refused = await other.GetAsync("/admin/keys", Cancellation);
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.Unauthorized), (revoked.StatusCode, refused.StatusCode));
    }

    [Fact]
    public async Task What_is_out_of_order_is_refused_with_a_line()
    {
        using var operations = Connect(Server.Keys.Create("operator", [KeyScopes.Admin]));

        using var taken = await operations.PostAsJsonAsync("/admin/keys", new { name = "operator" }, Cancellation);
        using var unknown = await operations.PostAsJsonAsync("/admin/keys", new NewKeyRequest("new", ["root"], null), Cancellation);
        using var missing = await operations.DeleteAsync("/admin/keys/nobody", Cancellation);

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (taken.StatusCode, unknown.StatusCode, missing.StatusCode));
        Assert.Contains("There is a key named", await taken.Content.ReadAsStringAsync(Cancellation));
        Assert.Contains("There is no scope", await unknown.Content.ReadAsStringAsync(Cancellation));
        Assert.Contains("There is no key named", await missing.Content.ReadAsStringAsync(Cancellation));
    }

    private HttpClient Connect(string? key)
    {
        var client = new HttpClient { BaseAddress = Server.Address };
        if (key is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }
}
