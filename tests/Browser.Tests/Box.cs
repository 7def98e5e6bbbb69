using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
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

namespace NGrammys.Browser.Tests;

/// <summary>One box as <c>serve</c> runs it: production grains, SQLite and page in this process, with a scripted model.</summary>
internal sealed class Box : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly SqliteStore _store;

    private Box(WebApplication app, SqliteStore store, ScriptedModel model, Uri address) =>
        (_app, _store, Model, Address) = (app, store, model, address);

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
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(FreePort.Take(IPAddress.Loopback), FreePort.Take(IPAddress.Loopback)).AddGrainPlacement();
            silo.Services.AddSingleton(new LocalDevices([model]));
            silo.Services.AddSingleton<ITokenizer>(new ByteTokenizer());
            silo.Services.AddSingleton<IConversationStore>(store);
            silo.Services.AddSingleton<ITranscriptStore>(store);
        });
        builder.Services.AddNGrammysWebFrontend(new WebFrontendOptions { DataFolder = data });
        var app = builder.Build();
        app.MapNGrammysWebFrontend();
        await app.StartAsync().For("the server to start");
        return new Box(app, store, model, address);
    }

    public async ValueTask DisposeAsync()
    {
        Model.GoOn();
        await _app.StopAsync().For("the server to stop");
        await _app.DisposeAsync();
        await _store.DisposeAsync();
        Model.Dispose();
    }
}
