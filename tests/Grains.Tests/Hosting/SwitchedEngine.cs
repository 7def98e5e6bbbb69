using Microsoft.Extensions.Logging.Abstractions;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Engine;
using NGrammys.Inference.Execution;
using NGrammys.TestSupport;

namespace NGrammys.Grains.Tests.Hosting;

/// <summary>The engine of a silo, which each test replaces by one of its own.</summary>
internal sealed class SwitchedEngine : IInferenceEngine, IDisposable
{
    private readonly string _name;
    private InferenceEngine _engine;
    private Gate? _gate;

    /// <param name="name">Name of its model.</param>
    public SwitchedEngine(string name = "scripted")
    {
        _name = name;
        _engine = Create(ScriptedChat.Answering(ScriptedChat.Song));
    }

    public ModelInfo Model => _engine.Model;

    public EngineLoad Load => _engine.Load;

    /// <summary>Called with each verification before it reaches the engine; may fail in its place.</summary>
    public Action<VerifyRequest>? OnVerify { get; set; }

    /// <summary>Starts a fresh engine; whoever uses the one before loses it.</summary>
    public void Use(
        Func<IReadOnlyList<int>, int> next,
        Gate? gate = null,
        Action<ForwardBatch>? onForward = null,
        int contextLength = 4096,
        string? fingerprint = null,
        TimeProvider? time = null)
    {
        var before = _engine;
        OnVerify = null;
        _gate = gate;
        _engine = Create(next, batch =>
        {
            gate?.Pass();
            onForward?.Invoke(batch);
        }, contextLength, fingerprint, time);
        before.Dispose();
    }

    public void Check(SequenceRequest request) => _engine.Check(request);

    public IDisposable? Reserve(SequenceRequest request) => _engine.Reserve(request);

    public Task StartAsync(SequenceRequest request, CancellationToken cancellationToken = default)
    {
        var started = _engine.StartAsync(request, cancellationToken);
        _gate?.Start();
        return started;
    }

    public Task<VerifyResult> VerifyAsync(VerifyRequest request, CancellationToken cancellationToken = default)
    {
        OnVerify?.Invoke(request);
        var result = _engine.VerifyAsync(request, cancellationToken);
        _gate?.Ask();
        return result;
    }

    public Task CancelAsync(Guid sequence) => _engine.CancelAsync(sequence);

    public Task ForgetAsync(Guid conversation) => _engine.ForgetAsync(conversation);

    public void Dispose() => _engine.Dispose();

    private InferenceEngine Create(
        Func<IReadOnlyList<int>, int> next,
        Action<ForwardBatch>? onForward = null,
        int contextLength = 4096,
        string? fingerprint = null,
        TimeProvider? time = null)
    {
        var executor = new ScriptedExecutor(ByteTokenizer.Vocabulary, 40_000, next) { OnForward = onForward };
        var model = new ModelInfo
        {
            Name = _name,
            Fingerprint = fingerprint ?? _name,
            ContextLength = contextLength,
            VocabularySize = ByteTokenizer.Vocabulary,
            StopTokens = [ByteTokenizer.End],
            DataType = "float32",
            Device = executor.Device,
        };
        return new InferenceEngine(model, executor, time ?? TimeProvider.System, NullLogger<InferenceEngine>.Instance, tokenizer: new ByteTokenizer());
    }
}
