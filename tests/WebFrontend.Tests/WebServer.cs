using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NGrammys.Client;
using NGrammys.WebFrontend.Auth;
using Orleans.Dashboard;
using Orleans.TestingHost;

[assembly: AssemblyFixture(typeof(NGrammys.WebFrontend.Tests.Cluster))]

namespace NGrammys.WebFrontend.Tests;

/// <summary>A silo with the fake grains, for all tests.</summary>
public sealed class Cluster : IAsyncLifetime
{
    private InProcessTestCluster? _cluster;

    public IClusterClient Client => _cluster!.Client;

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) => silo.AddDashboard());
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public ValueTask DisposeAsync() => _cluster!.DisposeAsync();
}

/// <summary>The web frontend on a loopback port.</summary>
internal sealed class WebServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private WebServer(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    public KeyStore Keys => _app.Services.GetRequiredService<KeyStore>();

    public Uri NewSignInLink() => _app.Services.GetRequiredService<SignInLinks>().Create(Address);

    public static async Task<WebServer> StartAsync(Cluster cluster, string dataFolder, TimeProvider? time, bool proxied, OpenIdConnectSettings? people)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<IGrainFactory>(cluster.Client);
        new Client(builder.Services, builder.Configuration).AddDashboard();
        if (time is not null) builder.Services.AddSingleton(time);
        builder.Services.AddNGrammysWebFrontend(new WebFrontendOptions { DataFolder = dataFolder }, people);
        var app = builder.Build();
        if (proxied) app.UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedProto });
        app.MapNGrammysWebFrontend();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new WebServer(app);
    }

    public string NewKey() => Keys.Create(Guid.NewGuid().ToString());

    public Task<ChatClient> ConnectAsync() => ChatClient.ConnectAsync(Address, NewKey(), cancellationToken: TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    // The client itself is the cluster's.
    private sealed record Client(IServiceCollection Services, IConfiguration Configuration) : IClientBuilder;
}

/// <summary>A test class with a server and a data folder of its own.</summary>
public abstract class WebServerTests(Cluster cluster) : IAsyncLifetime
{
    internal string DataFolder { get; } = Directory.CreateTempSubdirectory("ngrammys-").FullName;

    internal WebServer Server { get; set; } = null!;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => Server = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Directory.Delete(DataFolder, recursive: true);
        GC.SuppressFinalize(this);
    }

    internal Task<WebServer> StartAsync(TimeProvider? time = null, bool proxied = false, OpenIdConnectSettings? people = null) =>
        WebServer.StartAsync(cluster, DataFolder, time, proxied, people);
}
