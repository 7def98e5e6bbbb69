using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NGrammys.Grains.Batching;
using NGrammys.Inference.Abstractions;
using NGrammys.ServiceDefaults;
using NGrammys.ServiceDefaults.Clustering;
using NGrammys.Silo;
using NGrammys.Storage.Sqlite;
using NGrammys.TestSupport;
using NGrammys.WebFrontend;
using NGrammys.WebFrontend.Auth;

namespace NGrammys.Overload.Benchmarks;

/// <summary>What <c>ngrammys serve</c> runs, over an engine whose passes take a set time. It says where it listens and with which key, answers each line that it is sent with figures, and ends with its input.</summary>
internal static class Box
{
    public static async Task RunAsync(string data)
    {
        await using var store = SqliteStore.Open(Path.Combine(data, "conversations.db"), TimeProvider.System);
        using var engine = PacedEngine.Create(Shape.Step, Shape.Rows);
        var address = new Uri($"http://{new IPEndPoint(IPAddress.Loopback, FreePort.Take(IPAddress.Loopback))}");
        var builder = WebApplication.CreateBuilder();
        builder.AddServiceDefaults();
        // Its output is what it answers.
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"{address}");
        builder.UseOrleans(silo => silo.UseLocalhostClustering(FreePort.Take(IPAddress.Loopback), gatewayPort: 0)
            .AddNGrammys(new LocalDevices([engine]), new ByteTokenizer(), store));
        builder.Services.AddNGrammysWebFrontend(new WebFrontendOptions { DataFolder = data });
        await using var app = builder.Build();
        app.MapNGrammysWebFrontend();
        await app.StartAsync();
        var key = app.Services.GetRequiredService<KeyStore>().Create("crowd", [KeyScopes.Api, KeyScopes.Chat, KeyScopes.Admin]);
        Console.WriteLine($"{address} {key}");
        while (await Console.In.ReadLineAsync() is not null)
            Console.WriteLine(JsonSerializer.Serialize(await FiguresAsync(engine.Load, app.Services.GetRequiredService<IGrainFactory>())));
    }

    private static async Task<BoxFigures> FiguresAsync(EngineLoad load, IGrainFactory grains)
    {
        var activations = await grains.GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics();
        int Of(string grain) => activations.Count(activation => activation.GrainType.Contains(grain, StringComparison.Ordinal));
        var heap = GC.GetTotalMemory(forceFullCollection: true);
        return new BoxFigures(load.Running, load.Waiting, load.KvRowsUsed, Of("CompletionGrain"), Of("ConversationGrain"), heap);
    }
}
