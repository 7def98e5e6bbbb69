using System.ClientModel;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NGrammys.TestSupport;
using NGrammys.WebFrontend;
using NGrammys.WebFrontend.Auth;
using OpenAI;
using Orleans.Hosting;
using Orleans.TestingHost;

namespace NGrammys.Conformance.Tests;

/// <summary>The real server in this process: web frontend, silo, grains and engine.</summary>
public abstract class ApiServer : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ngrammys-").FullName;
    private InProcessTestCluster? _cluster;
    private WebApplication? _app;

    /// <summary>Name of the model that it serves.</summary>
    public abstract string Model { get; }

    public Uri Address => new(_app!.Urls.Single());

    /// <summary>What it answers at.</summary>
    public IReadOnlyList<Endpoint> Endpoints => _app!.Services.GetRequiredService<EndpointDataSource>().Endpoints;

    public KeyStore Keys => _app!.Services.GetRequiredService<KeyStore>();

    /// <summary>A key that opens the API.</summary>
    public string Key { get; private set; } = "";

    /// <summary>A plain HTTP client that sends the key.</summary>
    public HttpClient Http { get; private set; } = new();

    /// <summary>The official client.</summary>
    public OpenAIClient OpenAI { get; private set; } = null!;

    protected abstract void Configure(ISiloBuilder silo);

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, silo) => Configure(silo));
        _cluster = builder.Build();
        await _cluster.DeployAsync().For("the silo to start");

        var web = WebApplication.CreateSlimBuilder();
        web.Logging.ClearProviders();
        web.WebHost.UseUrls("http://127.0.0.1:0");
        web.Services.AddSingleton<IGrainFactory>(_cluster.Client);
        web.Services.AddNGrammysWebFrontend(new WebFrontendOptions { DataFolder = _folder });
        _app = web.Build();
        _app.MapNGrammysWebFrontend();
        await _app.StartAsync().For("the web frontend to start");

        Key = Keys.Create("conformance");
        Http = new HttpClient { BaseAddress = Address };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        OpenAI = Client(Key);
    }

    /// <summary>The official client with a key.</summary>
    public OpenAIClient Client(string key) => new(new ApiKeyCredential(key), new OpenAIClientOptions
    {
        Endpoint = new Uri(Address, "v1"),
        RetryPolicy = new System.ClientModel.Primitives.ClientRetryPolicy(maxRetries: 0),
    });

    public virtual async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app!.StopAsync();
        await _app.DisposeAsync();
        await _cluster!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}
