using System.Net;
using System.Security.Claims;
using NGrammys.ServiceDefaults;
using NGrammys.WebFrontend.Auth;

namespace NGrammys.WebFrontend.Tests.Auth;

public sealed class OpenIdConnectTests(Cluster cluster) : WebServerTests(cluster)
{
    private const string Begin = "/signin/begin", Overview = "/admin/keys";

    [Fact]
    public async Task A_person_whom_the_provider_knows_comes_in_and_no_further_than_others()
    {
        await using var provider = await WithProviderAsync();
        using var browser = new Browser(Server);

        var page = await browser.FollowAsync(Begin);

        Assert.Equal((HttpStatusCode.OK, "/"), (page.StatusCode, page.RequestMessage!.RequestUri!.PathAndQuery));
        Assert.Equal(HttpStatusCode.OK, await browser.NegotiateAsync());
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.Http.GetAsync(Overview, Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.Http.GetAsync("/v1/models", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task The_role_that_was_named_opens_what_operators_see()
    {
        await using var provider = await WithProviderAsync(settings => settings with { AdminRole = "operators" });
        provider.Claims.AddRange([new Claim("roles", "readers"), new Claim("roles", "operators")]);
        using var browser = new Browser(Server);

        await browser.FollowAsync(Begin);

        Assert.Equal(HttpStatusCode.OK, (await browser.Http.GetAsync(Overview, Cancellation)).StatusCode);
    }

    [Theory]
    [InlineData("tenant")]
    [InlineData("nobody named it")]
    public async Task Whoever_belongs_to_nobody_stays_outside(string claim)
    {
        await using var provider = await WithProviderAsync(settings => settings with { TenantClaim = claim });
        provider.Claims.Add(new Claim("tenant", "acme"));
        using var browser = new Browser(Server);

        await browser.FollowAsync(Begin);

        Assert.Equal(claim == "tenant" ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, await browser.NegotiateAsync());
    }

    [Theory]
    [InlineData("forged")]
    [InlineData("for another")]
    [InlineData("denied")]
    public async Task What_the_provider_did_not_say_lets_nobody_in(string how)
    {
        await using var provider = await WithProviderAsync();
        (provider.Forged, provider.Denies) = (how == "forged", how == "denied");
        if (how == "for another") provider.Audience = "another server";
        using var browser = new Browser(Server);

        var page = await browser.FollowAsync(Begin);

        Assert.Equal(HttpStatusCode.Unauthorized, page.StatusCode);
        Assert.Contains("You could not be signed in", await page.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(HttpStatusCode.Unauthorized, await browser.NegotiateAsync());
    }

    [Fact]
    public async Task A_code_that_another_browser_was_given_is_refused()
    {
        await using var provider = await WithProviderAsync();
        using var browser = new Browser(Server);
        var asked = await browser.Http.GetAsync(Begin, Cancellation);
        var answered = await browser.Http.GetAsync(asked.Headers.Location, Cancellation);
        using var other = new Browser(Server);

        var page = await other.Http.GetAsync(answered.Headers.Location, Cancellation);

        Assert.Equal(HttpStatusCode.Unauthorized, page.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await other.NegotiateAsync());
    }

    [Fact]
    public async Task A_provider_that_is_away_is_said_so()
    {
        var provider = await WithProviderAsync();
        await provider.DisposeAsync();
        using var browser = new Browser(Server);

        var page = await browser.Http.GetAsync(Begin, Cancellation);

        Assert.Equal(HttpStatusCode.Unauthorized, page.StatusCode);
        Assert.Contains("cannot be reached", await page.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task Without_a_provider_there_is_no_such_way_in()
    {
        using var browser = new Browser(Server);

        Assert.Equal(HttpStatusCode.NotFound, (await browser.Http.GetAsync(Begin, Cancellation)).StatusCode);
        Assert.Equal("{\"openIdConnect\":false}", await browser.Http.GetStringAsync("/signin/methods", Cancellation));
    }

    [Theory]
    [InlineData(null, "ngrammys", "OpenIdConnect:Authority")]
    [InlineData("http://login.example.org", "ngrammys", "OpenIdConnect:Authority")]
    [InlineData("https://login.example.org", "", "OpenIdConnect:ClientId")]
    public void Settings_that_are_no_good_are_named(string? authority, string client, string key)
    {
        var settings = new OpenIdConnectSettings { Authority = authority, ClientId = client };

        Assert.StartsWith(key, Assert.Throws<HostingException>(() => settings.Checked()).Message);
    }

    private async Task<Provider> WithProviderAsync(Func<OpenIdConnectSettings, OpenIdConnectSettings>? change = null)
    {
        var provider = await Provider.StartAsync();
        var settings = new OpenIdConnectSettings { Authority = provider.Address, ClientId = Provider.Client, ClientSecret = Provider.Secret }.Checked();
        await Server.DisposeAsync();
        Server = await StartAsync(people: change?.Invoke(settings) ?? settings);
        return provider;
    }
}
