using System.Net;
using System.Net.Security;
using System.Net.WebSockets;
using System.Text;
using NGrammys.TestSupport;

namespace NGrammys.Deploy.Tests.Release;

/// <summary>nginx with our configuration in front of a real server: TLS outside, WebSockets and streams through it, no metrics.</summary>
public sealed class NginxTests(ReleaseArchive archive)
{
    [Fact]
    public async Task Page_and_WebSockets_pass_and_metrics_do_not()
    {
        Requirement.Met(File.Exists("/usr/sbin/nginx"), "nginx is not installed (Debian: apt-get install nginx-light).");
        using var folder = new ScratchFolder();
        using var home = new ScratchFolder();
        var release = await archive.UnpackAsync(folder);
        await using var box = await OneBox.StartAsync(release, home.Path);
        await using var proxy = await Proxy.StartAsync(home.Path, box.Port);

        using var http = new HttpClient(new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, certificate, _, _) => proxy.Trusts(certificate) } });
        var page = await http.GetAsync(proxy.Address, TestContext.Current.CancellationToken);
        Assert.True(page.IsSuccessStatusCode);
        Assert.Empty(page.Content.Headers.ContentEncoding);
        Assert.Equal("max-age=31536000; includeSubDomains", Assert.Single(page.Headers.GetValues("Strict-Transport-Security")));
        Assert.Equal(HttpStatusCode.Forbidden, (await http.GetAsync(new Uri(proxy.Address, "/metrics"), TestContext.Current.CancellationToken)).StatusCode);

        // A WebSocket whose page came from this address is let in; that of a foreign page is not.
        Assert.Equal(HttpStatusCode.Unauthorized, await NegotiateAsync(http, proxy.Address, origin: proxy.Address));
        Assert.Equal(HttpStatusCode.Forbidden, await NegotiateAsync(http, proxy.Address, new Uri("https://elsewhere.example")));
        Assert.Equal("{}", await ShakeHandsAsync(proxy, await KeyAsync(release, home.Path)));

        // What stands behind a question mark may be a secret that somebody has put there.
        await http.GetAsync(new Uri(proxy.Address, "/v1/models?secret=ngk_1"), TestContext.Current.CancellationToken);
        var log = await LoggedAsync(proxy.Log, "/v1/models").For("nginx to log a request");
        Assert.DoesNotContain("ngk_1", log, StringComparison.Ordinal);
    }

    private static async Task<string> LoggedAsync(string file, string address)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            var log = await File.ReadAllTextAsync(file);
            if (log.Contains(address, StringComparison.Ordinal)) return log;
            await timer.WaitForNextTickAsync();
        }
    }

    private static async Task<string> KeyAsync(string release, string home)
    {
        string[] command = [.. OneBox.AsOrdinaryUser(home), Path.Combine(release, "bin", "ngrammys"), "key", "create", "proxied", "--data", Path.Combine(home, "data")];
        var made = await Shell.RunAsync(command[0], command[1..]);
        Assert.True(made.Code == 0, made.Errors);
        return made.Output.Trim();
    }

    // SignalR's first words on a WebSocket: what either side says ends with a record separator.
    private static async Task<string> ShakeHandsAsync(Proxy proxy, string key)
    {
        using var socket = new ClientWebSocket();
        socket.Options.RemoteCertificateValidationCallback = (_, certificate, _, _) => proxy.Trusts(certificate);
        socket.Options.SetRequestHeader("Authorization", $"Bearer {key}");
        await socket.ConnectAsync(new UriBuilder(proxy.Address) { Scheme = "wss", Path = "/hubs/chat" }.Uri, TestContext.Current.CancellationToken).For("a WebSocket through nginx");
        await socket.SendAsync("{\"protocol\":\"json\",\"version\":1}\u001e"u8.ToArray(), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);
        var buffer = new byte[256];
        var received = await socket.ReceiveAsync(buffer.AsMemory(), TestContext.Current.CancellationToken).AsTask().For("the hub's handshake");
        return Encoding.UTF8.GetString(buffer, 0, received.Count).TrimEnd('\u001e');
    }

    private static async Task<HttpStatusCode> NegotiateAsync(HttpClient http, Uri address, Uri origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, "/hubs/chat/negotiate?negotiateVersion=1"));
        request.Headers.Add("Origin", origin.GetLeftPart(UriPartial.Authority));
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
