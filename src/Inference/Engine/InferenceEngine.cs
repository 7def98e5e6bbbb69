using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using NGrammys.Drafting;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Constraints;
using NGrammys.Inference.Execution;
using NGrammys.Inference.Sampling;

namespace NGrammys.Inference.Engine;

/// <summary>The step loop of one model on one device, on a thread of its own: commands in, one ragged forward pass, tokens out, again.</summary>
/// <remarks>
/// Every step carries the root of every running sequence, with the drafts that lie ready for it and pay. Between two steps the engine allows a
/// moment for drafts (<see cref="DraftWindow"/>), never for an owner who missed the last one, and never longer than a fraction of a step.
/// </remarks>
public sealed partial class InferenceEngine : IInferenceEngine, IDisposable
{
    private readonly IForwardExecutor _executor;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITokenizer? _tokenizer;
    private readonly ConcurrentQueue<Action> _commands = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly Thread _thread;
    private readonly KvAllocator _kv;
    private readonly SequenceTable _sequences;
    private readonly DraftWindow _window;
    private readonly StepPlan _plan;
    private readonly EngineConstraints _constraints;
    private readonly StepCost _cost = new();
    private readonly TokenSampler _sampler = new();
    private readonly List<TokenLogProbability> _logProbabilities = [];
    private readonly int[] _path = new int[Sequence.MaxDraftNodes];
    private readonly int[] _rows = new int[Sequence.MaxDraftNodes];
    private float[] _logits = [];
    private EngineLoad _load;
    private TimeSpan _lastStep;
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
        _plan = new StepPlan(prefillChunk, _constraints.Guess);
        (Model, _executor, _time, _logger, _tokenizer) = (model, executor, time, logger, tokenizer);
        _kv = new KvAllocator(executor.KvRows);
        _sequences = new SequenceTable(_kv, time);
        _window = new DraftWindow(time, _commands, DrainCommands);
        _load = new EngineLoad { KvRows = executor.KvRows };
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
    public Task StartAsync(SequenceRequest request, CancellationToken cancellationToken = default)
    {
        // On the caller's thread: a large schema takes its time.
        var constraint = Compile(request);
        return Post<bool>(done =>
        {
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

    /// <summary>Stops after the step in flight; whoever waits gets <see cref="EngineError.Unavailable"/>.</summary>
    public void Dispose()
    {
        if (_stopping) return;
        _stopping = true;
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

        _window.Wait(runnable, _lastStep);
        // An owner may have cancelled meanwhile.
        runnable = _sequences.Runnable;
        if (runnable.Count > 0) Step(runnable);
    }

    private void Step(IReadOnlyList<Sequence> runnable)
    {
        _plan.Pack(runnable, _cost.Ratio);
        var batch = _plan.Batch;
        var size = batch.Outputs.Count * Model.VocabularySize;
        if (_logits.Length < size) _logits = GC.AllocateUninitializedArray<float>(size);
        var started = _time.GetTimestamp();
        _executor.Forward(batch, _logits.AsSpan(0, size));
        _lastStep = _time.GetElapsedTime(started);
        if (_plan.DecodingOnly) _cost.Observe(batch.Count, _lastStep.TotalSeconds);

        var (drafted, accepted, generated, output) = (0, 0, 0, 0);
        foreach (var step in _plan.Steps)
        {
            if (!step.CarriesRoot)
            {
                step.Sequence.Cached += step.Pending;
                // While a prompt is being read its owner has nothing to say.
                step.Sequence.LastContact = _time.GetTimestamp();
                continue;
            }

            var kept = Verify(step, output);
            output += 1 + step.Tokens.Count;
            drafted += step.Tokens.Count;
            accepted += kept.Accepted;
            generated += kept.Tokens;
        }

        var load = _load;
        _load = load with
        {
            Steps = load.Steps + (_plan.Roots > 0 ? 1 : 0),
            RootsCarried = load.RootsCarried + _plan.Roots,
            RootsRunning = load.RootsRunning + (_plan.Roots > 0 ? _plan.Roots + _sequences.Paused : 0),
            Drafted = load.Drafted + drafted,
            Accepted = load.Accepted + accepted,
            Generated = load.Generated + generated,
            Prefilled = load.Prefilled + _plan.Prefilled,
            NodeCost = _cost.Ratio,
        };
        Publish(runnable.Count);
    }

    /// <summary>Follows the target's own tokens through a draft, keeps the keys and values of the path, and appends it.</summary>
    private (int Accepted, int Tokens) Verify(SequenceStep step, int output)
    {
        var sequence = step.Sequence;
        var request = sequence.Request;
        var position = sequence.Position;
        var depth = 0;
        _logProbabilities.Clear();
        int Choose(int node)
        {
            // The walk asks along the path: the k-th question is for the token at the k-th position.
            var row = output + 1 + node;
            var logits = _logits.AsSpan(row * Model.VocabularySize, Model.VocabularySize);
            if (node >= 0) sequence.Path.Push(step.Tokens[node]);
            var token = _sampler.Sample(logits, request.Sampling, request.Choice, position + depth, sequence.Path.At(position + depth));
            if (!float.IsFinite(logits[token])) throw new InvalidOperationException("the model's logits are not finite; its weights are damaged");
            if (request.TopLogProbabilities is { } alternatives) _logProbabilities.Add(LogProbabilities.Of(logits, token, alternatives));
            depth++;
            return token;
        }

        var path = Verification.Walk(CollectionsOf(step.Tokens), CollectionsOf(step.Parents), Choose, _path);
        sequence.Path.Rewind();
        var result = StepResults.Make(step, _path.AsSpan(0, path.Length), path.Token, sequence, _logProbabilities, out var finish);
        if (request.TellsLikely)
        {
            var rows = _logits.AsSpan(output * Model.VocabularySize, (1 + step.Tokens.Count) * Model.VocabularySize);
            result = result with { Likely = StepResults.Likely(step, rows) };
        }

        // The root's row lies in place; accepted rows close up behind it. The last token has no row yet: it is the next root.
        var first = sequence.Extent!.Value.First + sequence.Cached + step.Pending;
        var kept = Math.Min(path.Length, result.Tokens.Length);
        for (var i = 0; i < kept; i++) _rows[i] = first + _path[i];
        _executor.MoveRows(_rows.AsSpan(0, kept), first);
        sequence.Cached += step.Pending + Math.Min(kept, result.Tokens.Length - 1);
        sequence.Append(result, finish);
        return (result.Sources.Count(source => source != (byte)DraftSource.Model), result.Tokens.Length);

        static ReadOnlySpan<int> CollectionsOf(List<int> list) => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(list);
    }

    private void DrainCommands()
    {
        while (_commands.TryDequeue(out var command)) command();
    }

    private void Publish(int running) =>
        Volatile.Write(ref _load, _load with { Running = running, Waiting = _sequences.Waiting, KvRowsUsed = _kv.Used });

    private void Fail(EngineException error)
    {
        // Whoever posts from here on sees the failure; whoever posted before is drained first, so that nobody is left waiting.
        _failure = error;
        DrainCommands();
        foreach (var sequence in _sequences.All) sequence.Fail(error);
    }
}
