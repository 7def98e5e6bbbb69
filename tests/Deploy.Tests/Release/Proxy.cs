using System.Diagnostics;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Security.Cryptography;
using NGrammys.ServiceDefaults.Clustering;
using NGrammys.TestSupport;

namespace NGrammys.Deploy.Tests.Release;

/// <summary>nginx with <c>deploy/nginx/ngrammys.conf</c>, on ports and with a certificate of its own. It ends with the test.</summary>
internal sealed class Proxy : IAsyncDisposable
{
    private readonly Process _process;

    private readonly string _certificate, _folder;

    private Proxy(Process process, int port, string certificate, string folder) =>
        (_process, Address, _certificate, _folder) = (process, new Uri($"https://localhost:{port}"), certificate, folder);

    public Uri Address { get; }

    /// <summary>What nginx has written down of requests.</summary>
    public string Log => Path.Combine(_folder, "access.log");

    /// <summary>Whether this is the certificate that nginx was given.</summary>
    public bool Trusts(X509Certificate? certificate) => certificate?.GetCertHashString() == _certificate;

    public static async Task<Proxy> StartAsync(string folder, int upstream)
    {
        var port = FreePort.Take(IPAddress.Loopback);
        var (tls, root) = (Directory.CreateDirectory(Path.Combine(folder, "tls")).FullName, folder);
        var certificate = WriteCertificate(tls);
        // Only what a machine has otherwise: places, ports.
        var site = DeployFolder.Read("nginx", "ngrammys.conf").Replace("/etc/nginx/ngrammys", folder, StringComparison.Ordinal).Replace("/var/log/nginx", folder, StringComparison.Ordinal).Replace("listen 443 ssl", $"listen 127.0.0.1:{port} ssl", StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(folder, "site.conf"), site);
        await File.WriteAllTextAsync(Path.Combine(folder, "upstream.conf"), DeployFolder.Read("nginx", "upstream.conf").Replace("5080", $"{upstream}", StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(folder, "nginx.conf"), $$"""
            daemon off;
            pid {{root}}/nginx.pid;
            error_log stderr;
            events { }
            http {
                client_body_temp_path {{root}}/body;
                proxy_temp_path {{root}}/proxy;
                fastcgi_temp_path {{root}}/fastcgi;
                uwsgi_temp_path {{root}}/uwsgi;
                scgi_temp_path {{root}}/scgi;
                include {{root}}/site.conf;
            }
            """);
        string[] command = ["-c", Path.Combine(folder, "nginx.conf"), "-p", folder];
        var tried = await Shell.RunAsync("/usr/sbin/nginx", ["-t", .. command]);
        Assert.True(tried.Code == 0, tried.Errors);
        var proxy = new Proxy(Process.Start(new ProcessStartInfo("/usr/sbin/nginx", command) { RedirectStandardError = true })!, port, certificate, folder);
        await proxy.AcceptsAsync(port).For("nginx to accept connections");
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync().For("nginx to end");
        _process.Dispose();
    }

    private async Task AcceptsAsync(int port)
    {
        while (true)
        {
            Assert.False(_process.HasExited, "nginx has ended");
            using var socket = new System.Net.Sockets.TcpClient();
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (System.Net.Sockets.SocketException)
            {
                await Task.Yield();
            }
        }
    }

    private static string WriteCertificate(string folder)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(Path.Combine(folder, "tls.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "tls.key"), key.ExportPkcs8PrivateKeyPem());
        return certificate.GetCertHashString();
    }
}
