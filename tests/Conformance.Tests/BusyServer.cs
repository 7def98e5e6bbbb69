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

/// <summary>A server with room for a few replies, whose model takes a set time for a pass and goes on for ever.</summary>
public sealed class BusyServer : ApiServer
{
    public const int Rows = 2048;

    private static readonly TimeSpan Pass = TimeSpan.FromMilliseconds(5);

    private readonly InMemoryStore _store = new(TimeProvider.System);
    private readonly ManualResetEventSlim _never = new();
    private long _passes;

    public BusyServer()
    {
        var executor = new ScriptedExecutor(ByteTokenizer.Vocabulary, Rows, context => 'a' + context.Count % 26)
        {
            OnForward = _ =>
            {
                Interlocked.Increment(ref _passes);
                _never.Wait(Pass);
            },
        };
        var model = new ModelInfo
        {
            Name = Model,
            Fingerprint = "busy",
            ContextLength = Rows / 2,
            VocabularySize = ByteTokenizer.Vocabulary,
            StopTokens = [ByteTokenizer.End],
            DataType = "float32",
            Device = executor.Device,
        };
        Engine = new InferenceEngine(model, executor, TimeProvider.System, NullLogger<InferenceEngine>.Instance, tokenizer: new ByteTokenizer());
    }

    public override string Model => "busy";

    /// <summary>Passes so far.</summary>
    public long Passes => Interlocked.Read(ref _passes);

    internal InferenceEngine Engine { get; }

    protected override void Configure(ISiloBuilder silo)
    {
        silo.Services.AddSingleton(TimeProvider.System);
        silo.Services.AddSingleton(new LocalDevices([Engine]));
        silo.Services.AddSingleton<ITokenizer>(new ByteTokenizer());
        silo.Services.AddSingleton<IConversationStore>(_store);
        silo.Services.AddSingleton<ITranscriptStore>(_store);
        silo.Services.AddSingleton<IQuotaStore>(_store);
        silo.AddGrainPlacement().AddOwnerCheck();
        silo.AddEngineInstruments();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Engine.Dispose();
        _never.Dispose();
    }
}
