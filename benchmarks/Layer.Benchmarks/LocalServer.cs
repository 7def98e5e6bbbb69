using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NGrammys.Grains.Batching;
using NGrammys.ServiceDefaults;
using NGrammys.ServiceDefaults.Clustering;
using NGrammys.Silo;
using NGrammys.Silo.Engines;
using NGrammys.Storage.Sqlite;
using NGrammys.WebFrontend;
using NGrammys.WebFrontend.Auth;

namespace NGrammys.Layer.Benchmarks;

/// <summary>Silo and frontend in this process, over a store in a folder of its own: what <c>ngrammys serve</c> runs.</summary>
internal sealed class LocalServer : IAsyncDisposable
{
    private readonly DirectoryInfo _data;
    private readonly SqliteStore _store;
    private readonly WebApplication _app;

    private LocalServer(DirectoryInfo data, SqliteStore store, WebApplication app, Uri address) => (_data, _store, _app, Address) = (data, store, app, address);

    public Uri Address { get; }

    public IGrainFactory Grains => _app.Services.GetRequiredService<IGrainFactory>();

    /// <summary>Key of the batcher of its only device.</summary>
    public string Batcher => new BatcherKey(_app.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress, 0).ToString();

    public static async Task<LocalServer> StartAsync(LoadedModel model)
    {
        var data = Directory.CreateTempSubdirectory("ngrammys-layers");
        var store = SqliteStore.Open(Path.Combine(data.FullName, "conversations.db"), TimeProvider.System);
        var address = new Uri($"http://{new IPEndPoint(IPAddress.Loopback, FreePort.Take(IPAddress.Loopback))}");
        var builder = WebApplication.CreateBuilder();
        builder.AddServiceDefaults();
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.WebHost.UseUrls($"{address}");
        builder.UseOrleans(silo => silo.UseLocalhostClustering(FreePort.Take(IPAddress.Loopback), gatewayPort: 0).AddNGrammys(model, store));
        builder.Services.AddNGrammysWebFrontend(new WebFrontendOptions { DataFolder = data.FullName });
        var app = builder.Build();
        app.MapNGrammysWebFrontend();
        await app.StartAsync();
        return new LocalServer(data, store, app, address);
    }

    /// <summary>A new API key.</summary>
    public string CreateKey() => _app.Services.GetRequiredService<KeyStore>().Create("benchmark");

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _store.DisposeAsync();
        _data.Delete(recursive: true);
    }
}
