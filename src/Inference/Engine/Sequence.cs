using System.Diagnostics;
using System.Runtime.InteropServices;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Constraints;

namespace NGrammys.Inference.Engine;

/// <summary>One sequence as the engine sees it. Touched only on the engine thread.</summary>
internal sealed class Sequence : IKvHolder
{
    /// <summary>Draft nodes that a sequence may verify in one step; its extent has room for them.</summary>
    public const int MaxDraftNodes = 64;

    // Answers without a guess after which nobody waits for the next: guesses come in runs, and a step begun without one is a step lost.
    private const int Patience = 4;

    private readonly List<StepResult> _unread = [];
    private readonly List<TaskCompletionSource<VerifyResult>> _waiters = [];

    private bool _endTold;
    private int _empty; // answers without a guess, one after the other

    public Sequence(SequenceRequest request, int contextLength, ITokenizer? tokenizer = null, TokenConstraint? constraint = null)
    {
        Path = new SequencePath(request, tokenizer, constraint);
        // What an earlier attempt has said may be all that the constraint allows.
        if (Path.Complete) Finish = FinishReason.Stop;
        Request = request;
        if (ActivityContext.TryParse(request.Trace, traceState: null, out var trace)) Trace = trace;
        Ids = [.. request.Ids];
        Position = Acknowledged = request.Position;
        Reach = ReachOf(request, contextLength);
        MaxPosition = Reach - request.Ids.Length + request.Position;
    }

    public SequenceRequest Request { get; }

    /// <summary>Prompt and everything generated; the last one is the root of the next step.</summary>
    public List<int> Ids { get; }

    /// <summary>What the tokens mean to the next one.</summary>
    public SequencePath Path { get; }

    /// <summary>Rows of the KV cache, while it runs.</summary>
    public KvExtent? Extent { get; set; }

    public ReadOnlySpan<int> Tokens => CollectionsMarshal.AsSpan(Ids);

    public TokenBlocks Blocks { get; set; } = new(default);

    /// <summary>The turn that its steps name; null = none.</summary>
    public ActivityContext? Trace { get; }

    /// <summary>In how many steps that somebody listened to it took part.</summary>
    public int Traces { get; set; }

    /// <summary>Its place among all sequences of the engine: the older has the smaller.</summary>
    public long Arrival { get; set; }

    /// <summary>How many younger ones were admitted before it.</summary>
    public int Overtaken { get; set; }

    /// <summary>How often it had to give up its rows.</summary>
    public int Preemptions { get; set; }

    /// <summary>Whether others go first. Who had to give up his rows twice does not any more: he would never come to an end.</summary>
    public bool Yields => Request.Background && Preemptions < 2;

    /// <summary>Ids of the request that were not computed for it, because their keys and values were known.</summary>
    public int Reused { get; set; }

    /// <summary>Neither running nor waiting any more; it is kept for an owner who has not read its end yet.</summary>
    public bool Released { get; set; }

    /// <summary>Nothing of it is kept for others.</summary>
    public bool Forgotten { get; set; }

    /// <summary>Leading ids whose keys and values are in the cache; at most Ids.Count - 1.</summary>
    public int Cached { get; set; }

    long? IKvHolder.LastUse => null;

    /// <summary>Position in the choice of the next token.</summary>
    public int Position { get; private set; }

    /// <summary>The choice ends there.</summary>
    public int MaxPosition { get; }

    public int Steps { get; private set; }

    public FinishReason? Finish { get; private set; }

    /// <summary>Everything before it has been received.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>Guesses for exactly <see cref="Position"/>; empty when none lie ready.</summary>
    public DraftNode[] Draft { get; private set; } = [];

    /// <summary>Whether the owner has spoken since the last step: nothing is to be waited for.</summary>
    public bool Answered { get; private set; }

    /// <summary>Whether the owner had any guess lately. Nobody waits for one who has none that is worth its cost.</summary>
    public bool Drafts => _empty < Patience;

    /// <summary>Whether the owner answered the last step in time. Nobody waits for one who did not.</summary>
    public bool Punctual { get; set; } = true;

    /// <summary>When the owner last called; timestamp of the engine's clock.</summary>
    public long LastContact { get; set; }

    /// <summary>Positions that the sequence may take: its prompt and the longest reply. The same for every attempt at a choice, wherever it begins.</summary>
    public int Reach { get; }

    /// <summary>Rows that the whole sequence may need.</summary>
    public int RowsNeeded => Reach + MaxDraftNodes;

    /// <summary>Rows that the sequence of a request may need.</summary>
    public static int Rows(SequenceRequest request, int contextLength) => ReachOf(request, contextLength) + MaxDraftNodes;

    /// <summary>Only the root is missing in the cache.</summary>
    public bool Decoding => Cached == Ids.Count - 1;

    /// <summary>Ended, and the owner has everything.</summary>
    public bool ReadToTheEnd => _endTold && Acknowledged >= Position;

    public bool Paused => Position - Acknowledged >= Request.RunAhead;

    /// <summary>Takes a request: acknowledges what lies before it, keeps its draft if that is in time, and answers when there is something to tell.</summary>
    public void Verify(VerifyRequest request, TaskCompletionSource<VerifyResult> waiter)
    {
        if (request.Position > Position)
        {
            waiter.TrySetException(new EngineException(EngineError.InvalidRequest,
                $"Position {request.Position} lies ahead of the sequence, which is at {Position}; ask for that."));
            return;
        }

        Acknowledged = Math.Max(Acknowledged, request.Position);
        _unread.RemoveAll(step => step.Position + step.Tokens.Length <= request.Position);
        // A draft that comes too late tells all the same that the next is worth a moment.
        Punctual = true;
        _empty = request.Draft.Length > 0 ? 0 : _empty + 1;
        if (request.Position == Position && Finish is null)
        {
            Draft = request.Draft;
            Answered = true;
        }
        else if (Finish is null && !Answered && request.Draft.Length > 0 && request.Position >= Request.Position)
        {
            Draft = LateDraft.Behind(request.Draft, Tokens[^(Position - request.Position)..]);
        }

        _waiters.Add(waiter);
        Publish();
    }

    /// <summary>Appends a step's tokens, which end the sequence if <paramref name="finish"/> says so, and closes the call for drafts.</summary>
    public void Append(StepResult step, FinishReason? finish)
    {
        Ids.AddRange(step.Tokens);
        Position += step.Tokens.Length;
        Steps++;
        Finish = finish;
        Draft = [];
        Answered = false;
        _unread.Add(step);
        Publish();
    }

    public void Cancel()
    {
        Finish ??= FinishReason.Cancelled;
        Publish();
    }

    public void Fail(Exception error)
    {
        foreach (var waiter in _waiters) waiter.TrySetException(error);
        _waiters.Clear();
    }

    private static int ReachOf(SequenceRequest request, int contextLength) => request.Ids.Length + Math.Min(request.MaxTokens - request.Position, contextLength - request.Ids.Length);

    private void Publish()
    {
        if (_waiters.Count == 0 || (_unread.Count == 0 && Finish is null)) return;
        var result = new VerifyResult([.. _unread], Finish);
        foreach (var waiter in _waiters) waiter.TrySetResult(result);
        _waiters.Clear();
        _endTold = Finish is not null;
    }
}
