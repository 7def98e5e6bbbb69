using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using NGrammys.Grains;
using NGrammys.Grains.Batching;
using NGrammys.Grains.Observability;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Engine;
using NGrammys.Storage;
using NGrammys.Storage.InMemory;
using NGrammys.TestSupport;
using Orleans.Hosting;

namespace NGrammys.Conformance.Tests;

/// <summary>A server whose model is a function of the context: the production grains and engine, bytes for tokens, and a store in memory.</summary>
public abstract class EngineServer : ApiServer
{
    /// <summary>Starts the engine.</summary>
    /// <param name="name">Name of the model.</param>
    /// <param name="fingerprint">Its fingerprint.</param>
    /// <param name="contextLength">Tokens that prompt and reply may have together.</param>
    /// <param name="rows">Rows of the cache.</param>
    /// <param name="next">The token behind a context.</param>
    /// <param name="time">Clock of the engine; null = the system's.</param>
    private protected EngineServer(string name, string fingerprint, int contextLength, int rows, Func<IReadOnlyList<int>, int> next, TimeProvider? time = null)
    {
        Model = name;
        var executor = new ScriptedExecutor(ByteTokenizer.Vocabulary, rows, next) { OnForward = _ => BeforePass() };
        var model = new ModelInfo
        {
            Name = name,
            Fingerprint = fingerprint,
            ContextLength = contextLength,
            VocabularySize = ByteTokenizer.Vocabulary,
            StopTokens = [ByteTokenizer.End],
            DataType = "float32",
            Device = executor.Device,
        };
        Engine = new InferenceEngine(model, executor, time ?? TimeProvider.System, NullLogger<InferenceEngine>.Instance, tokenizer: new ByteTokenizer());
    }

    public sealed override string Model { get; }

    internal InMemoryStore Store { get; } = new(TimeProvider.System);

    internal InferenceEngine Engine { get; }

    /// <summary>Called on the engine's thread before each pass.</summary>
    protected virtual void BeforePass() { }

    protected override void Configure(ISiloBuilder silo)
    {
        silo.Services.AddSingleton(TimeProvider.System);
        silo.Services.AddSingleton(new LocalDevices([Engine]));
        silo.Services.AddSingleton<ITokenizer>(new ByteTokenizer());
        silo.Services.AddSingleton<IConversationStore>(Store);
        silo.Services.AddSingleton<ITranscriptStore>(Store);
        silo.Services.AddSingleton<IQuotaStore>(Store);
        silo.AddGrainPlacement().AddOwnerCheck();
        silo.AddEngineInstruments();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Engine.Dispose();
        GC.SuppressFinalize(this);
    }
}
