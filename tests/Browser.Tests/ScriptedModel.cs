using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Engine;
using NGrammys.TestSupport;

namespace NGrammys.Browser.Tests;

/// <summary>An engine whose model always gives the reply it is told to, and that halts in the middle of it until it is told to go on.</summary>
internal sealed class ScriptedModel : IInferenceEngine, IDisposable
{
    /// <summary>What it has said, at least, when it halts.</summary>
    public const string Beginning = "The file is read as one string.";

    /// <summary>With what its reply ends.</summary>
    public const string Ending = "Nothing else happens.";

    // Markup and pictures that a page must neither run nor load.
    private const string Usual = Beginning + """


        <img src="http://elsewhere.example/a.png" onerror="document.title='run'"> ![picture](http://elsewhere.example/b.png) [link](javascript:alert(1))

        ```csharp
        var text = File.ReadAllText("notes.txt");
        var more = File.ReadAllText("more.txt");
        ```

        | Exception | Reason |
        |---|---|
        | `IOException` | the device fails |
        
        
        """ + Ending;

    private static readonly int HaltAt = Usual.IndexOf("| Exception", StringComparison.Ordinal);

    private readonly TaskCompletionSource _going = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly InferenceEngine _engine;
    private byte[] _reply = Encoding.UTF8.GetBytes(Usual);
    private long _began;
    private Guid _asked;

    public ScriptedModel()
    {
        var executor = new ScriptedExecutor(ByteTokenizer.Vocabulary, 20_000, Next);
        var model = new ModelInfo
        {
            Name = "scripted",
            Fingerprint = "scripted",
            ContextLength = 4096,
            VocabularySize = ByteTokenizer.Vocabulary,
            StopTokens = [ByteTokenizer.End],
            DataType = "float32",
            Device = executor.Device,
        };
        _engine = new InferenceEngine(model, executor, TimeProvider.System, NullLogger<InferenceEngine>.Instance);
    }

    public ModelInfo Model => _engine.Model;

    public EngineLoad Load => _engine.Load with
    {
        Memory = Memory,
        Queue = Ahead is { } ahead ? [.. Enumerable.Repeat(Guid.Empty, ahead), _asked] : _engine.Load.Queue,
    };

    /// <summary>How many wait before the reply that is being written, and keep it waiting as well; null = it does not wait.</summary>
    public int? Ahead { get; set; }

    /// <summary>What its device says of its memory.</summary>
    public DeviceMemory? Memory { get; init; }

    /// <summary>What it says from now on, instead of the usual.</summary>
    public void Say(string reply) => _reply = Encoding.UTF8.GetBytes(reply);

    /// <summary>How fast it speaks at most, in one conversation at a time; null = as fast as it can.</summary>
    public int? TokensPerSecond { get; set; }

    public void GoOn() => _going.TrySetResult();

    public void Check(SequenceRequest request) => _engine.Check(request);

    public IDisposable? Reserve(SequenceRequest request) => _engine.Reserve(request);

    public Task StartAsync(SequenceRequest request, CancellationToken cancellationToken = default) => _engine.StartAsync(request, cancellationToken);

    /// <summary>The engine itself runs ahead; what lies behind the halt is held back.</summary>
    public async Task<VerifyResult> VerifyAsync(VerifyRequest request, CancellationToken cancellationToken = default)
    {
        _asked = request.Sequence;
        if (request.Position >= HaltAt) await _going.Task.WaitAsync(cancellationToken);
        var said = await SpokenAsync(request.Position, cancellationToken);
        var result = await _engine.VerifyAsync(request, cancellationToken);
        var before = result.Steps.TakeWhile(step => step.Position < said && (step.Position < HaltAt || _going.Task.IsCompleted)).ToArray();
        return before.Length == result.Steps.Length ? result : new VerifyResult(before, null);
    }

    public Task CancelAsync(Guid sequence) => _engine.CancelAsync(sequence);

    public Task ForgetAsync(Guid conversation) => _engine.ForgetAsync(conversation);

    public void Dispose()
    {
        GoOn();
        _engine.Dispose();
    }

    /// <summary>Where in its reply it is by now, at its pace; behind a position at least.</summary>
    private async Task<int> SpokenAsync(int position, CancellationToken cancellationToken)
    {
        if (TokensPerSecond is not { } pace) return int.MaxValue;
        if (position == 0) _began = TimeProvider.System.GetTimestamp();
        var early = TimeSpan.FromSeconds((position + 1.0) / pace) - TimeProvider.System.GetElapsedTime(_began);
        if (early > TimeSpan.Zero) await Task.Delay(early, cancellationToken);
        return Math.Max(position + 1, (int)(TimeProvider.System.GetElapsedTime(_began).TotalSeconds * pace));
    }

    private int Next(IReadOnlyList<int> context)
    {
        var said = context.Count - 1 - Enumerable.Range(0, context.Count).Last(i => context[i] == ByteTokenizer.Assistant);
        return said < _reply.Length ? _reply[said] : ByteTokenizer.End;
    }
}
