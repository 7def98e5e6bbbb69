using System.ClientModel;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using NGrammys.TestSupport;
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
    private WebFrontendUnderTest? _frontend;

    /// <summary>Name of the model that it serves.</summary>
    public abstract string Model { get; }

    public Uri Address => _frontend!.Address;

    /// <summary>What it answers at.</summary>
    public IReadOnlyList<Endpoint> Endpoints => _frontend!.Endpoints;

    /// <summary>The grains of the silo.</summary>
    public IGrainFactory Grains => _cluster!.Client;

    public KeyStore Keys => _frontend!.Services.GetRequiredService<KeyStore>();

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

        _frontend = await StartFrontendAsync();

        Key = Keys.Create("conformance");
        Http = Connect(Key);
        OpenAI = Client(Key);
    }

    /// <summary>One more frontend of the same cluster, with the same keys; the caller ends it.</summary>
    public Task<WebFrontendUnderTest> StartFrontendAsync() => WebFrontendUnderTest.StartAsync(_cluster!.Client, _folder);

    /// <inheritdoc cref="WebFrontendUnderTest.Connect"/>
    public HttpClient Connect(string key) => _frontend!.Connect(key);

    /// <summary>The official client with a key.</summary>
    public OpenAIClient Client(string key) => new(new ApiKeyCredential(key), new OpenAIClientOptions
    {
        Endpoint = new Uri(Address, "v1"),
        RetryPolicy = new System.ClientModel.Primitives.ClientRetryPolicy(maxRetries: 0),
    });

    public virtual async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _frontend!.DisposeAsync();
        await _cluster!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}
