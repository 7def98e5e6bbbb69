using System.Text;
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

/// <summary>A server whose model says what the last message tells it: behind "say " that text, else how it was addressed; and a plain text it goes on with "tick tock".</summary>
public sealed class ScriptedServer : ApiServer
{
    public const int Context = 4096;

    private readonly ManualResetEventSlim _goesOn = new(true);

    public ScriptedServer() => Engine = Create();

    public override string Model => "scripted";

    internal InMemoryStore Store { get; } = new(TimeProvider.System);

    internal InferenceEngine Engine { get; }

    /// <summary>What the model answers to a message.</summary>
    public static string Answer(string message) =>
        message.StartsWith("say ", StringComparison.Ordinal) ? message[4..]
        : message == "go on for ever" ? string.Concat(Enumerable.Repeat("and on ", Context))
        : $"You said: {message}";

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
        _goesOn.Dispose();
    }

    /// <summary>Holds the model before its next pass, for everybody, until what it returns is disposed.</summary>
    internal IDisposable Hold() => new Held(_goesOn);

    private InferenceEngine Create()
    {
        var executor = new ScriptedExecutor(ByteTokenizer.Vocabulary, 100_000, Next)
        {
            OnForward = _ =>
            {
                if (!_goesOn.Wait(EngineFixture.Patience)) throw new TimeoutException("The test never let the model go on.");
            },
        };
        var model = new ModelInfo
        {
            Name = "scripted",
            Fingerprint = "0123456789abcdef",
            ContextLength = Context,
            VocabularySize = ByteTokenizer.Vocabulary,
            StopTokens = [ByteTokenizer.End],
            DataType = "float32",
            Device = executor.Device,
        };
        return new InferenceEngine(model, executor, TimeProvider.System, NullLogger<InferenceEngine>.Instance, tokenizer: new ByteTokenizer());
    }

    private static int Next(IReadOnlyList<int> context)
    {
        var start = LastIndexOf(context, ByteTokenizer.Assistant, context.Count);
        if (start < 0) return "tick tock "u8[context.Count % 10];
        var asked = LastIndexOf(context, ByteTokenizer.User, start);
        var message = new ByteTokenizer().Decode([.. context.Skip(asked + 1).TakeWhile(token => token != ByteTokenizer.End)], skipSpecial: true);
        var reply = Encoding.UTF8.GetBytes(Answer(message));
        var said = context.Count - start - 1;
        return said < reply.Length ? reply[said] : ByteTokenizer.End;
    }

    private static int LastIndexOf(IReadOnlyList<int> context, int token, int before)
    {
        var index = before - 1;
        while (index >= 0 && context[index] != token) index--;
        return index;
    }

    private sealed class Held : IDisposable
    {
        private readonly ManualResetEventSlim _goesOn;

        public Held(ManualResetEventSlim goesOn)
        {
            _goesOn = goesOn;
            _goesOn.Reset();
        }

        public void Dispose() => _goesOn.Set();
    }
}
