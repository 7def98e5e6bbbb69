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
        builder.UseOrleans(silo => Add(silo, "box", siloPort, null, new LocalDevices([model]), store));
        builder.Services.AddNGrammysWebFrontend(new WebFrontendOptions { DataFolder = data });
        var app = builder.Build();
        app.MapNGrammysWebFrontend();
        await app.StartAsync().For("the server to start");
        return new Box(app, store, model, address, siloPort);
    }

    /// <summary>Starts another silo of its cluster, with the same conversations and the same model on two devices; disposed before the box.</summary>
    /// <param name="name">What it is called.</param>
    public async Task<Neighbour> StartNeighbourAsync(string name)
    {
        ScriptedModel[] models = [new(), new() { Memory = new DeviceMemory(20L << 30, 80L << 30) }];
        foreach (var model in models) model.GoOn();
        var devices = new LocalDevices(models);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleans(silo => Add(silo, name, FreePort.Take(IPAddress.Loopback), new IPEndPoint(IPAddress.Loopback, _silo), devices, _store));
        var host = builder.Build();
        await host.StartAsync().For("the neighbour to start");
        return new Neighbour(host, models, devices);
    }

    public async ValueTask DisposeAsync()
    {
        Model.GoOn();
        await _app.StopAsync().For("the server to stop");
        await _app.DisposeAsync();
        await _store.DisposeAsync();
        Model.Dispose();
    }

    private static void Add(ISiloBuilder silo, string name, int port, IPEndPoint? first, LocalDevices devices, SqliteStore store)
    {
        silo.UseLocalhostClustering(port, FreePort.Take(IPAddress.Loopback), first).AddGrainPlacement().AddSiloDuties().AddDashboard();
        silo.Configure<SiloOptions>(options => options.SiloName = name);
        silo.Services.TryAddSingleton(TimeProvider.System);
        silo.Services.AddSingleton(devices);
        silo.Services.AddSingleton<ITokenizer>(new ByteTokenizer());
        silo.Services.AddSingleton<IConversationStore>(store);
        silo.Services.AddSingleton<ITranscriptStore>(store);
        silo.Services.AddSingleton<IQuotaStore>(store);
    }

    /// <summary>Another silo of the box's cluster.</summary>
    internal sealed class Neighbour(IHost host, ScriptedModel[] models, LocalDevices devices) : IAsyncDisposable
    {
        public LocalDevices Devices => devices;

        public async ValueTask DisposeAsync()
        {
            await host.StopAsync().For("the neighbour to stop");
            host.Dispose();
            foreach (var model in models) model.Dispose();
        }
    }
}
