using System.Net;
using System.Text.RegularExpressions;

namespace NGrammys.WebFrontend.Tests.Page;

public sealed class PageTests(Cluster cluster) : WebServerTests(cluster)
{
    [Fact]
    public async Task The_page_and_all_that_it_names_are_served()
    {
        using var http = Http();

        var page = await http.GetStringAsync("/", Cancellation);

        var named = Regex.Matches(page, "(?:src|href)=\"(/[^\"]+)\"").Select(match => match.Groups[1].Value).ToArray();
        Assert.NotEmpty(named);
        foreach (var path in named)
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(path, Cancellation)).StatusCode);
    }

    [Fact]
    public async Task What_the_browser_has_is_not_sent_again()
    {
        using var http = Http();
        var first = await http.GetAsync("/", Cancellation);
        http.DefaultRequestHeaders.IfNoneMatch.Add(first.Headers.ETag!);

        Assert.Equal(HttpStatusCode.NotModified, (await http.GetAsync("/", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task The_page_may_load_nothing_from_elsewhere()
    {
        using var http = Http();

        var policy = Assert.Single((await http.GetAsync("/", Cancellation)).Headers.GetValues("Content-Security-Policy"));

        Assert.Contains("default-src 'self'", policy);
        Assert.Contains("img-src 'self' data:;", policy);
        Assert.DoesNotContain("unsafe", policy);
    }

    [Theory]
    [InlineData("https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    [InlineData("same", HttpStatusCode.OK)]
    public async Task Pages_of_other_origins_cannot_reach_the_hub(string origin, HttpStatusCode expected)
    {
        using var http = Http();
        http.DefaultRequestHeaders.Add("Authorization", $"Bearer {Server.NewKey()}");
        http.DefaultRequestHeaders.Add("Origin", origin == "same" ? Server.Address.GetLeftPart(UriPartial.Authority) : origin);

        Assert.Equal(expected, (await http.PostAsync("/hubs/chat/negotiate?negotiateVersion=1", null, Cancellation)).StatusCode);
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task Health_is_told_to_anybody(string path)
    {
        using var http = Http();

        Assert.Equal("Healthy", await http.GetStringAsync(path, Cancellation));
    }

    private HttpClient Http() => new() { BaseAddress = Server.Address };
}
