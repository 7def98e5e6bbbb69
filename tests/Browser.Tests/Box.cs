using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NGrammys.Grains.Batching;
using NGrammys.Grains;
using NGrammys.Inference.Abstractions;
using NGrammys.ServiceDefaults.Clustering;
using NGrammys.Storage.Sqlite;
using NGrammys.Storage;
using NGrammys.TestSupport;
using NGrammys.WebFrontend.Auth;
using NGrammys.WebFrontend;
using Orleans.Configuration;
using Orleans.Dashboard;

namespace NGrammys.Browser.Tests;

/// <summary>One box as <c>serve</c> runs it: production grains, SQLite and page in this process, with a scripted model.</summary>
internal sealed class Box : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly SqliteStore _store;
    private readonly int _silo;

    private Box(WebApplication app, SqliteStore store, ScriptedModel model, Uri address, int silo) =>
        (_app, _store, Model, Address, _silo) = (app, store, model, address, silo);

    public Uri Address { get; }

    public ScriptedModel Model { get; }

    public KeyStore Keys => _app.Services.GetRequiredService<KeyStore>();

    public Uri NewSignInLink() => _app.Services.GetRequiredService<SignInLinks>().Create(Address);

    public static async Task<Box> StartAsync(string data, int port)
    {
        var address = new Uri($"http://127.0.0.1:{port}");
        var store = SqliteStore.Open(Path.Combine(data, "conversations.db"), TimeProvider.System);
        var model = new ScriptedModel();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address.ToString());
        var siloPort = FreePort.Take(IPAddress.Loopback);
        builder.UseOrleans(silo => Add(silo, "box", siloPort, null, model, store));
        builder.Services.AddNGrammysWebFrontend(new WebFrontendOptions { DataFolder = data });
        var app = builder.Build();
        app.MapNGrammysWebFrontend();
        await app.StartAsync().For("the server to start");
        return new Box(app, store, model, address, siloPort);
    }

    /// <summary>Starts another silo of its cluster, with the same conversations and a model like its own; disposed before the box.</summary>
    /// <param name="name">What it is called.</param>
    public async Task<IAsyncDisposable> StartNeighbourAsync(string name)
    {
        var model = new ScriptedModel();
        model.GoOn();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleans(silo => Add(silo, name, FreePort.Take(IPAddress.Loopback), new IPEndPoint(IPAddress.Loopback, _silo), model, _store));
        var host = builder.Build();
        await host.StartAsync().For("the neighbour to start");
        return new Neighbour(host, model);
    }

    public async ValueTask DisposeAsync()
    {
        Model.GoOn();
        await _app.StopAsync().For("the server to stop");
        await _app.DisposeAsync();
        await _store.DisposeAsync();
        Model.Dispose();
    }

    private static void Add(ISiloBuilder silo, string name, int port, IPEndPoint? first, ScriptedModel model, SqliteStore store)
    {
        silo.UseLocalhostClustering(port, FreePort.Take(IPAddress.Loopback), first).AddGrainPlacement().AddSiloDuties().AddDashboard();
        silo.Configure<SiloOptions>(options => options.SiloName = name);
        silo.Services.TryAddSingleton(TimeProvider.System);
        silo.Services.AddSingleton(new LocalDevices([model]));
        silo.Services.AddSingleton<ITokenizer>(new ByteTokenizer());
        silo.Services.AddSingleton<IConversationStore>(store);
        silo.Services.AddSingleton<ITranscriptStore>(store);
        silo.Services.AddSingleton<IQuotaStore>(store);
    }

    private sealed class Neighbour(IHost host, ScriptedModel model) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await host.StopAsync().For("the neighbour to stop");
            host.Dispose();
            model.Dispose();
        }
    }
}
