using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using NGrammys.Client;
using NGrammys.Client.Protocol;

namespace NGrammys.WebFrontend.Tests.Auth;

public sealed class SignInTests(Cluster cluster) : WebServerTests(cluster)
{
    private const string Negotiate = Browser.Negotiate;

    [Fact]
    public async Task A_link_signs_one_browser_in_once()
    {
        using var browser = new Browser(Server);
        var link = Server.NewSignInLink();
        Assert.Equal(HttpStatusCode.Unauthorized, await browser.NegotiateAsync());

        var first = await browser.Http.GetAsync(link, Cancellation);
        Assert.Equal((HttpStatusCode.Redirect, "/"), (first.StatusCode, first.Headers.Location?.ToString()));
        Assert.Equal(HttpStatusCode.OK, await browser.NegotiateAsync());

        using var other = new Browser(Server);
        var second = await other.Http.GetAsync(link, Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, second.StatusCode);
        Assert.Contains("To get in, start the server again", await second.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(HttpStatusCode.Unauthorized, await other.NegotiateAsync());
    }

    [Fact]
    public async Task The_cookie_is_out_of_reach_of_scripts_and_foreign_pages()
    {
        using var browser = new Browser(Server);

        var answer = await browser.Http.GetAsync(Server.NewSignInLink(), Cancellation);

        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("/signin")]
    [InlineData("/signin?token=guess")]
    public async Task A_wrong_link_is_refused(string link)
    {
        using var browser = new Browser(Server);

        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.Http.GetAsync(link, Cancellation)).StatusCode);
    }

    [Fact]
    public async Task A_restarted_server_knows_its_browsers_again()
    {
        using var browser = new Browser(Server);
        await browser.Http.GetAsync(Server.NewSignInLink(), Cancellation);
        var before = Server.Address;
        await Server.DisposeAsync();

        Server = await StartAsync();

        using var again = new Browser(Server);
        again.Cookies.Add(Server.Address, browser.Cookies.GetCookies(before));
        Assert.Equal(HttpStatusCode.OK, await again.NegotiateAsync());
    }

    [Fact]
    public async Task A_browser_can_sign_in_with_a_key_and_out_again()
    {
        using var browser = new Browser(Server);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.Http.PostAsJsonAsync("/signin", new { key = "ngk_wrong" }, Cancellation)).StatusCode);

        await browser.Http.PostAsJsonAsync("/signin", new { key = Server.NewKey() }, Cancellation);
        Assert.Equal(HttpStatusCode.OK, await browser.NegotiateAsync());

        await browser.Http.PostAsync("/signout", null, Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, await browser.NegotiateAsync());
    }

    [Fact]
    public async Task A_copy_of_the_cookie_opens_nothing_after_signing_out()
    {
        using var browser = new Browser(Server);
        await browser.Http.GetAsync(Server.NewSignInLink(), Cancellation);
        using var thief = new Browser(Server);
        thief.Cookies.Add(Server.Address, browser.Cookies.GetCookies(Server.Address));
        Assert.Equal(HttpStatusCode.OK, await thief.NegotiateAsync());

        await browser.Http.PostAsync("/signout", null, Cancellation);

        Assert.Equal(HttpStatusCode.Unauthorized, await thief.NegotiateAsync());
    }

    [Fact]
    public async Task A_session_ends_after_three_months_however_often_it_is_used()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(60));
        await Server.DisposeAsync();
        Server = await StartAsync(time);
        using var browser = new Browser(Server);
        await browser.Http.GetAsync(Server.NewSignInLink(), Cancellation);
        for (var day = 0; day < 80; day += 20)
        {
            time.Advance(TimeSpan.FromDays(20));
            Assert.Equal(HttpStatusCode.OK, await browser.NegotiateAsync());
        }

        time.Advance(TimeSpan.FromDays(11));

        Assert.Equal(HttpStatusCode.Unauthorized, await browser.NegotiateAsync());
    }

    [Fact]
    public async Task Over_tls_the_cookie_belongs_to_this_host_alone()
    {
        await Server.DisposeAsync();
        Server = await StartAsync(proxied: true);
        using var browser = new Browser(Server);
        browser.Http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");

        var answer = await browser.Http.GetAsync(Server.NewSignInLink(), Cancellation);

        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.StartsWith("__Host-ngrammys=", cookie);
        Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("; path=/;", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("domain=", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_wrong_key_is_told_so_in_one_line()
    {
        using var browser = new Browser(Server);
        browser.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "ngk_wrong");

        var answer = await browser.Http.PostAsync(Negotiate, null, Cancellation);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        var error = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("error");
        Assert.Equal(RefusalCode.Unauthorized, error.GetProperty("code").GetString());
        Assert.DoesNotContain('\n', error.GetProperty("message").GetString()!);
    }

    [Fact]
    public async Task The_typed_client_says_unauthorized()
    {
        var error = await Assert.ThrowsAsync<ChatException>(() => ChatClient.ConnectAsync(Server.Address, "ngk_wrong", cancellationToken: Cancellation));

        Assert.Equal(RefusalCode.Unauthorized, error.Code);
    }

    [Fact]
    public async Task The_typed_client_says_when_there_is_no_server()
    {
        var gone = Server.Address;
        await Server.DisposeAsync();

        var error = await Assert.ThrowsAsync<ChatException>(() => ChatClient.ConnectAsync(gone, "ngk_any", cancellationToken: Cancellation));

        Assert.Equal(RefusalCode.Unavailable, error.Code);
        Server = await StartAsync();
    }

    [Fact]
    public async Task A_key_in_the_address_opens_nothing()
    {
        using var browser = new Browser(Server);

        var answer = await browser.Http.PostAsync($"{Negotiate}&access_token={Server.NewKey()}", null, Cancellation);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("Authorization", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }
}
