using System.Net;

namespace NGrammys.WebFrontend.Tests;

/// <summary>An HTTP client with cookies that follows no redirect by itself.</summary>
internal sealed class Browser : IDisposable
{
    public const string Negotiate = "/hubs/chat/negotiate?negotiateVersion=1";

    public Browser(WebServer server) =>
        Http = new HttpClient(new HttpClientHandler { CookieContainer = Cookies, AllowAutoRedirect = false }) { BaseAddress = server.Address };

    public CookieContainer Cookies { get; } = new();

    public HttpClient Http { get; }

    /// <summary>Whether the hub lets it in.</summary>
    public async Task<HttpStatusCode> NegotiateAsync() => (await Http.PostAsync(Negotiate, null, TestContext.Current.CancellationToken)).StatusCode;

    /// <summary>Follows redirects to where there are no more.</summary>
    public async Task<HttpResponseMessage> FollowAsync(string address)
    {
        var answer = await Http.GetAsync(address, TestContext.Current.CancellationToken);
        while (answer.StatusCode is HttpStatusCode.Redirect) answer = await Http.GetAsync(answer.Headers.Location, TestContext.Current.CancellationToken);
        return answer;
    }

    public void Dispose() => Http.Dispose();
}
