using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Constraints;
using NGrammys.Inference.Execution;

namespace NGrammys.Inference.Engine;

/// <summary>The step loop of one model on one device, on a thread of its own: commands in, one ragged forward pass, tokens out, again.</summary>
/// <remarks>
/// Every step carries the root of every running sequence, with the drafts that lie ready for it and pay. Between two steps the engine allows a
/// moment for drafts (<see cref="DraftWindow"/>), never for an owner who missed the last one, and never longer than a fraction of a step.
/// </remarks>
public sealed partial class InferenceEngine : IInferenceEngine, IDisposable
{
    private readonly IForwardExecutor _executor;
    private readonly ILogger _logger;
    private readonly ITokenizer? _tokenizer;
    private readonly ConcurrentQueue<Action> _commands = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly Thread _thread;
    private readonly SequenceRows _rows;
    private readonly SequenceTable _sequences;
    private readonly DraftWindow _window;
    private readonly StepRunner _steps;
    private readonly EngineConstraints _constraints;
    private readonly MemoryWatch _memory;
    private EngineLoad _load;
    private volatile Exception? _failure;
    private volatile bool _stopping;

    /// <summary>Takes over the executor and starts the engine's thread.</summary>
    /// <param name="model">What the executor computes.</param>
    /// <param name="executor">Disposed with the engine.</param>
    /// <param name="time">Clock of leases and of step costs.</param>
    /// <param name="logger">Receives the engine's failures.</param>
    /// <param name="prefillChunk">Most prompt tokens in a step; it changes how long others wait, never a token.</param>
    /// <param name="tokenizer">Tells what tokens mean as text; without it stop strings are refused.</param>
    public InferenceEngine(
        ModelInfo model, IForwardExecutor executor, TimeProvider time, ILogger<InferenceEngine> logger, int prefillChunk = StepPlan.PrefillChunk,
        ITokenizer? tokenizer = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(prefillChunk);
        _constraints = new EngineConstraints(tokenizer, model.VocabularySize);
        _steps = new StepRunner(model, executor, time, new StepPlan(prefillChunk, _constraints.Guess));
        (Model, _executor, _logger, _tokenizer) = (model, executor, logger, tokenizer);
        _rows = new SequenceRows(executor, model.Fingerprint);
        _sequences = new SequenceTable(_rows, time);
        _window = new DraftWindow(time, _commands, DrainCommands);
        _memory = new MemoryWatch(executor, time);
        _load = new EngineLoad { KvRows = executor.KvRows, Memory = _memory.Look() };
        _thread = new Thread(Run) { IsBackground = true, Name = $"engine-{executor.Device}" };
        _thread.Start();
    }

    /// <inheritdoc />
    public ModelInfo Model { get; }

    /// <inheritdoc />
    public EngineLoad Load => Volatile.Read(ref _load);

    /// <inheritdoc />
    public void Check(SequenceRequest request) => Compile(request);

    /// <inheritdoc />
    public IDisposable? Reserve(SequenceRequest request) => _sequences.Reserve(request, Model.ContextLength);

    /// <inheritdoc />
    public Task StartAsync(SequenceRequest request, CancellationToken cancellationToken = default)
    {
        // On the caller's thread: a large schema takes its time.
        var constraint = Compile(request);
        // Between two steps many may come: each is to see those before it.
        var announced = _sequences.Announce(request, Model.ContextLength);
        return Post<bool>(done =>
        {
            announced.Dispose();
            _sequences.Add(new Sequence(request, Model.ContextLength, _tokenizer, constraint));
            done.TrySetResult(true);
        }, cancellationToken);
    }

    /// <inheritdoc />
    public Task<VerifyResult> VerifyAsync(VerifyRequest request, CancellationToken cancellationToken = default)
    {
        request = request with { Draft = SequenceChecks.Normalise(request.Draft, Model) };
        return Post<VerifyResult>(done => _sequences.Verify(request, done), cancellationToken);
    }

    /// <inheritdoc />
    public Task CancelAsync(Guid sequence) => Post<bool>(done =>
    {
        _sequences.Cancel(sequence);
        done.TrySetResult(true);
    }, CancellationToken.None);

    /// <inheritdoc />
    public Task ForgetAsync(Guid conversation) => Post<bool>(done =>
    {
        _rows.Forget(conversation);
        done.TrySetResult(true);
    }, CancellationToken.None);

    /// <summary>Stops after the step in flight; whoever waits gets <see cref="EngineError.Unavailable"/>.</summary>
    public void Dispose()
    {
        if (_stopping) return;
        _stopping = true;
        _commands.Enqueue(_window.Close);
        _wake.Set();
        _thread.Join();
        _executor.Dispose();
    }

    private TokenConstraint? Compile(SequenceRequest request)
    {
        SequenceChecks.Validate(request, Model, _tokenizer is not null);
        return _constraints.Compile(request);
    }

    private Task<T> Post<T>(Action<TaskCompletionSource<T>> command, CancellationToken cancellationToken)
    {
        // Continuations must not run on the engine thread: they would hold up every conversation.
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_failure is { } failure) return Task.FromException<T>(failure);
        _commands.Enqueue(() =>
        {
            try
            {
                command(done);
            }
            catch (EngineException e)
            {
                done.TrySetException(e);
            }
        });
        _wake.Set();
        // The loop may have ended between the two looks; then nobody would ever answer.
        if (_failure is { } late) done.TrySetException(late);
        return done.Task.WaitAsync(cancellationToken);
    }

    private void Run()
    {
        try
        {
            while (!_stopping) Turn();
            Fail(new EngineException(EngineError.Unavailable, "The engine is stopping."));
        }
        catch (Exception e)
        {
            LogFailure(_logger, e);
            Fail(new EngineException(EngineError.Unavailable, $"The engine has failed and must be restarted: {e.Message}"));
        }
    }

    private void Turn()
    {
        DrainCommands();
        _sequences.Sweep();
        _sequences.Admit();
        var runnable = _sequences.Runnable;
        if (runnable.Count == 0)
        {
            Publish(0);
            _wake.WaitOne(_sequences.Any ? TimeSpan.FromSeconds(1) : Timeout.InfiniteTimeSpan);
            return;
        }

        _window.Wait(runnable, _steps.LastPass);
        // An owner may have cancelled meanwhile, or have caught up.
        _sequences.Prepare();
        runnable = _sequences.Runnable;
        if (runnable.Count == 0) return;
        _steps.Run(runnable, _sequences.Paused);
        Publish(runnable.Count);
    }

    private void DrainCommands()
    {
        while (_commands.TryDequeue(out var command)) command();
    }

    private void Publish(int running) =>
        Volatile.Write(ref _load, _steps.Done with
        {
            Running = running,
            Waiting = _sequences.Waiting,
            Queue = _sequences.Queue,
            KvRows = _rows.Rows,
            KvRowsUsed = _rows.Used,
            KvRowsKept = _rows.Kept.RowsInside,
            Reused = _rows.Reused,
            Preempted = _sequences.Preempted,
            Memory = _memory.Look(),
        });

    private void Fail(EngineException error)
    {
        // Whoever posts from here on sees the failure; whoever posted before is drained first, so that nobody is left waiting.
        _failure = error;
        Volatile.Write(ref _load, Load with { Running = 0, Waiting = 0, Queue = [], Failed = true });
        DrainCommands();
        foreach (var sequence in _sequences.All) sequence.Fail(error);
    }
}
