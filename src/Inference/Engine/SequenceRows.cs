using NGrammys.Inference.Execution;

namespace NGrammys.Inference.Engine;

/// <summary>Gives cache rows to sequences, and hands what one leaves to the next that begins alike.</summary>
/// <remarks>
/// A sequence is promised room for what it has and <see cref="Growth"/> tokens more, and gets room for its longest reply while that is free. Everything beyond
/// the promises is taken back when somebody needs it: first rows that lie reserved, then what is kept of others. Called only on the engine thread,
/// between two steps.
/// </remarks>
internal sealed class SequenceRows
{
    // Rows moved for each row that is needed. To move one is far cheaper than to compute it again, but everybody waits for it: where it would be more, neighbours
    // leave that were used a little later than others.
    private const int MostMoved = 8;

    private readonly IForwardExecutor _executor;
    private readonly string _fingerprint;
    private readonly KvSpace _space;
    private readonly PrefixIndex _index = new();
    private readonly List<Sequence> _holders = [];

    /// <summary>All rows are free.</summary>
    /// <param name="executor">Its owner is the engine.</param>
    /// <param name="fingerprint">Of the model.</param>
    public SequenceRows(IForwardExecutor executor, string fingerprint)
    {
        (_executor, _fingerprint, _space) = (executor, fingerprint, new KvSpace(executor));
        Kept = new KeptPrefixes(executor, _space, _index);
    }

    /// <summary>Tokens by which a sequence's rows grow where there is not room for all of it: enough not to move often, and little beside the whole cache.</summary>
    public int Growth => Math.Clamp(Rows / 32, 1, 128);

    /// <summary>Rows in all.</summary>
    public int Rows => _space.Rows;

    /// <summary>Rows of running sequences.</summary>
    public int Used => _space.Rows - _space.Free - Kept.RowsInside;

    /// <summary>What sequences have left.</summary>
    public KeptPrefixes Kept { get; }

    /// <summary>Tokens that were not computed because somebody else's keys and values served, in all.</summary>
    public long Reused { get; private set; }

    /// <summary>Has a look at a sequence that is going to wait for rows.</summary>
    public void Introduce(Sequence sequence) =>
        sequence.Blocks = new TokenBlocks(new PrefixScope(_fingerprint, sequence.Request.Tenant, _executor.AnglesOf(sequence.Reach)));

    /// <summary>Gives a sequence rows and what is known of its beginning. False if its rows would be others' promised ones.</summary>
    public bool TryAdmit(Sequence sequence)
    {
        if (_holders.Sum(Promise) + Promise(sequence) > Rows) return false;
        var (found, length) = Find(sequence);
        // A conversation's next turn goes on in the rows of the last. Who shares a part of another's text gets a copy, if there is room for both.
        if (found is KeptPrefix { Extent: not null } kept && (length == kept.Cached || !TryTake(sequence, kept)))
        {
            Kept.HandOver(kept, sequence, length);
            Count(sequence, length);
            Grow(sequence);
        }
        else if (sequence.Extent is null)
        {
            TryTake(sequence, except: null);
        }

        _holders.Add(sequence);
        Reuse(sequence);
        return true;
    }

    /// <summary>Makes sure that a sequence has room for its next step. False if that would take others' promised rows.</summary>
    public bool TryGrow(Sequence sequence)
    {
        if (sequence.Extent!.Value.Length >= sequence.Ids.Count + Sequence.MaxDraftNodes) return true;
        if (_holders.Sum(other => other == sequence ? 0 : Math.Min(Promise(other), other.Extent!.Value.Length)) + Promise(sequence) > Rows) return false;
        Grow(sequence);
        return true;
    }

    /// <summary>Copies what is known by now of a text that is still being read.</summary>
    public void Reuse(Sequence sequence)
    {
        _index.Advance(sequence);
        if (sequence.Ids.Count - 1 - sequence.Cached < TokenBlocks.Length) return;
        var (found, length) = Find(sequence);
        if (found is null || length < sequence.Cached + TokenBlocks.Length) return;
        Count(sequence, length - sequence.Cached);
        if (found is KeptPrefix kept) Kept.Copy(kept, sequence, length);
        else _executor.CopyRows(found.Extent!.Value.First + sequence.Cached, sequence.Extent!.Value.First + sequence.Cached, length - sequence.Cached);
        sequence.Cached = length;
        _index.Advance(sequence);
    }

    /// <summary>Takes a sequence's rows back, and keeps what lies in them.</summary>
    public void Release(Sequence sequence)
    {
        if (!_holders.Remove(sequence)) return;
        if (sequence.Cached >= TokenBlocks.Length && !sequence.Forgotten)
        {
            Kept.Keep(sequence);
        }
        else
        {
            _index.Remove(sequence);
            _space.Return(sequence);
        }

        // Should it run again, it is a text of its own beside what is kept of it.
        sequence.Blocks = new TokenBlocks(sequence.Blocks.Scope);
        sequence.Cached = 0;
    }

    /// <summary>Drops what a conversation's sequences have left, and keeps nothing of those that run.</summary>
    public void Forget(Guid conversation)
    {
        foreach (var sequence in _holders.Where(sequence => sequence.Request.Conversation == conversation)) sequence.Forgotten = true;
        Kept.Forget(conversation);
    }

    private int Promise(Sequence sequence) => Math.Min(sequence.RowsNeeded, sequence.Ids.Count + Sequence.MaxDraftNodes + Growth);

    private (IKvHolder? Found, int Length) Find(Sequence sequence)
    {
        var (found, length) = _index.Find(sequence);
        // Its last token is the root, which has to be computed in any case.
        return (found, Math.Min(length, sequence.Ids.Count - 1));
    }

    private bool TryTake(Sequence sequence, IKvHolder? except)
    {
        if (_space.TryTake(sequence, sequence.RowsNeeded)) return true;
        var length = Promise(sequence);
        if (!Free(length, except)) return false;
        if (_space.TryTake(sequence, length, MostMoved * length)) return true;
        Kept.EvictNeighbours(length, except, growing: null);
        return _space.TryTake(sequence, length, int.MaxValue);
    }

    private void Grow(Sequence sequence)
    {
        var (had, length) = (sequence.Extent!.Value.Length, Promise(sequence));
        if (had >= length || _space.TryExtend(sequence, sequence.RowsNeeded)) return;
        Free(length - had, except: null);
        if (_space.TryGrow(sequence, length, MostMoved * length)) return;
        Kept.EvictNeighbours(length, except: null, growing: sequence);
        if (!_space.TryGrow(sequence, length, int.MaxValue)) throw new InvalidOperationException($"{length - had} rows that were promised are held by others");
    }

    /// <summary>Makes rows free, in one hole or in many. False if only those of <paramref name="except"/> are left.</summary>
    private bool Free(int rows, IKvHolder? except)
    {
        foreach (var holder in _holders)
        {
            if (_space.Free >= rows) return true;
            if (holder.Extent!.Value.Length > Promise(holder)) _space.Shrink(holder, Promise(holder));
        }

        while (_space.Free < rows)
        {
            if (!Kept.TryEvict(except)) return false;
        }

        return true;
    }

    private void Count(Sequence sequence, int tokens)
    {
        Reused += tokens;
        if (sequence is { Steps: 0, Preemptions: 0 }) sequence.Reused += tokens;
    }
}
