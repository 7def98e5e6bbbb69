using Microsoft.Extensions.DependencyInjection;
using NGrammys.Grains;
using NGrammys.Grains.Batching;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Engine;
using NGrammys.TestSupport;
using Orleans.Hosting;
using Orleans.TestingHost;

namespace NGrammys.Storage.Benchmarks;

/// <summary>A silo in this process with the production grains over one store, and a model that says one letter a step.</summary>
internal sealed class ScriptedBox : IAsyncDisposable
{
    private readonly InferenceEngine _engine;
    private readonly InProcessTestCluster _cluster;

    private ScriptedBox(IConversationStore conversations, ITranscriptStore transcript, TimeSpan step)
    {
        _engine = PacedEngine.Create(step, rows: 40_000);
        var builder = new InProcessTestClusterBuilder(1);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton(TimeProvider.System);
            silo.Services.AddSingleton(new LocalDevices([_engine]));
            silo.Services.AddSingleton<ITokenizer>(new ByteTokenizer());
            silo.Services.AddSingleton(conversations);
            silo.Services.AddSingleton(transcript);
            silo.AddGrainPlacement();
        });
        _cluster = builder.Build();
    }

    public static async Task<ScriptedBox> StartAsync(IConversationStore conversations, ITranscriptStore transcript, TimeSpan step)
    {
        var box = new ScriptedBox(conversations, transcript, step);
        await box._cluster.DeployAsync();
        return box;
    }

    /// <summary>A new conversation.</summary>
    public async Task<IConversationGrain> CreateAsync()
    {
        var key = new ConversationKey(new Owner("benchmark", "user"), Guid.NewGuid());
        var grain = _cluster.Client.GetGrain<IConversationGrain>(key.ToString());
        await grain.Create(Guid.NewGuid(), "Benchmark");
        return grain;
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _engine.Dispose();
    }
}
