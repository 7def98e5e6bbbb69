using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NGrammys.Inference.Abstractions;
using NGrammys.ServiceDefaults;
using NGrammys.ServiceDefaults.Clustering;
using NGrammys.ServiceDefaults.Configuration;
using NGrammys.Silo.Clustering;
using NGrammys.Silo.Engines;
using NGrammys.Storage;
using NGrammys.Storage.PostgreSql;
using NGrammys.Storage.Sqlite;

namespace NGrammys.Silo;

/// <summary>A silo as a process of its own: one model, and with a section <c>Cluster</c> a member of many. It serves health endpoints, metrics and no page.</summary>
internal static class SiloProcess
{
    // Replies are handed over, which takes moments; what needs longer is lost time, never lost words.
    public static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(45);

    /// <summary>Runs until the process is told to end.</summary>
    /// <param name="arguments">Of the command line.</param>
    /// <param name="rehearsal">What a rehearsal of failures puts into it; null = nothing.</param>
    public static async Task RunAsync(string[] arguments, SiloRehearsal? rehearsal = null)
    {
        var builder = WebApplication.CreateSlimBuilder(arguments);
        // For probes on this machine; a port of one's own choice is given by --urls.
        if (builder.Configuration["urls"] is null) builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddServiceDefaults();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = LongestFarewell);
        builder.Services.AddPrometheus();
        var options = SettingsSection.Read<EngineOptions>(builder.Configuration, EngineOptions.Section);
        if (options?.Model is null) throw new NGrammysException("Engine:Model is not set; name the Hugging Face folder of the model to serve.");

        if (ClusterSettings.Read(builder.Configuration) is { } cluster)
        {
            await using var store = await OpenAsync(cluster);
            await MemberTables.PrepareAsync(cluster);
            await RunAsync(builder, options, store, silo => silo.UseCluster(cluster), rehearsal);
        }
        else
        {
            var data = builder.Configuration["DataFolder"]
                ?? throw new HostingException("DataFolder is not set; name the folder for conversations, or the database of a cluster with Cluster:Database.");
            Directory.CreateDirectory(data);
            await using var store = SqliteStore.Open(Path.Combine(data, "conversations.db"), TimeProvider.System);
            await RunAsync(builder, options, store, silo => silo.UseLocalhostClustering(), rehearsal);
        }
    }

    private static async Task RunAsync<TStore>(
        WebApplicationBuilder builder, EngineOptions options, TStore store, Action<ISiloBuilder> join, SiloRehearsal? rehearsal)
        where TStore : class, IConversationStore, ITranscriptStore, IQuotaStore
    {
        using var loggers = LoggerFactory.Create(logging => logging.AddSimpleConsole(console => console.SingleLine = true));
        using var model = LoadedModel.Load(options, TimeProvider.System, loggers, builder.Configuration["DataFolder"], rehearsal?.Executor);
        model.PrepareChat();
        builder.UseOrleans(silo =>
        {
            join(silo);
            silo.AddNGrammys(model, store);
            rehearsal?.Silo?.Invoke(silo);
        });
        await using var app = builder.Build();
        app.MapHealthEndpoints();
        // Only the private network reaches it.
        app.MapPrometheus();
        await app.StartAsync();
        Console.WriteLine($"Silo {app.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress} serves {model.Engine.Model.Name}; health at {app.Urls.First()}");
        await app.WaitForShutdownAsync();
    }

    private static async Task<PostgreSqlStore> OpenAsync(ClusterSettings cluster)
    {
        try
        {
            return await PostgreSqlStore.OpenAsync(cluster.Database, TimeProvider.System);
        }
        catch (StorageException e)
        {
            throw new HostingException($"Cluster:Database cannot be used: {e.Message}", e);
        }
    }
}
