using NGrammys.Inference.Abstractions;

namespace NGrammys.Inference.Engine;

/// <summary>All sequences of an engine: waiting for cache rows, running, and finished but not yet read. Touched only on the engine thread.</summary>
internal sealed class SequenceTable(KvAllocator kv, TimeProvider time)
{
    // An owner that has not called for so long is gone; its rows serve others. It may start the sequence again from what it has.
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    private const int LongestQueue = 1024;

    private readonly Dictionary<Guid, Sequence> _all = [];
    private readonly CancelledIds _cancelled = new();
    private readonly LinkedList<Sequence> _waiting = [];
    private readonly List<Sequence> _running = [];
    private readonly List<Sequence> _runnable = [];

    public int Waiting => _waiting.Count;

    /// <summary>Decoding, but held until their owners catch up.</summary>
    public int Paused => _running.Count(sequence => sequence.Paused);

    public bool Any => _all.Count > 0;

    /// <summary>Sequences to be packed into the next step, in the order of their admission.</summary>
    public IReadOnlyList<Sequence> Runnable
    {
        get
        {
            _runnable.Clear();
            foreach (var sequence in _running)
            {
                if (!sequence.Paused) _runnable.Add(sequence);
            }

            return _runnable;
        }
    }

    public IEnumerable<Sequence> All => _all.Values;

    public void Add(Sequence sequence)
    {
        if (sequence.RowsNeeded > kv.Rows)
        {
            throw new EngineException(EngineError.ContextLength, $"The sequence may need {sequence.RowsNeeded} rows of the KV cache, which has {kv.Rows}; "
                + "shorten the prompt or ask for fewer tokens.");
        }

        if (_waiting.Count >= LongestQueue)
            throw new EngineException(EngineError.Overloaded, $"{LongestQueue} replies are waiting already; try again later.");
        if (_cancelled.Contains(sequence.Request.Id) || !_all.TryAdd(sequence.Request.Id, sequence))
            throw new EngineException(EngineError.InvalidRequest, $"Sequence {sequence.Request.Id} has been started before; take a fresh id.");
        sequence.LastContact = time.GetTimestamp();
        _waiting.AddLast(sequence);
    }

    /// <summary>Passes a request on to its sequence, whose owner is heard from with it.</summary>
    public void Verify(VerifyRequest request, TaskCompletionSource<VerifyResult> waiter)
    {
        if (_all.TryGetValue(request.Sequence, out var sequence))
        {
            sequence.LastContact = time.GetTimestamp();
            sequence.Verify(request, waiter);
            return;
        }

        if (!_cancelled.Contains(request.Sequence))
            throw new EngineException(EngineError.UnknownSequence, $"Sequence {request.Sequence} is not known here; start it again from its last position.");
        waiter.TrySetResult(new VerifyResult([], FinishReason.Cancelled));
    }

    /// <summary>Gives cache rows to waiting sequences, first come first served: who does not fit holds up those behind, so that nobody starves.</summary>
    public void Admit()
    {
        while (_waiting.First is { Value: var next } && kv.TryTake(next.RowsNeeded, out var extent))
        {
            _waiting.RemoveFirst();
            next.Extent = extent;
            _running.Add(next);
        }
    }

    /// <summary>Takes the finished out of the running, and forgets who was read to the end or has no owner any more.</summary>
    public void Sweep()
    {
        foreach (var sequence in _all.Values)
        {
            var orphaned = time.GetElapsedTime(sequence.LastContact) > Lease;
            if (orphaned) sequence.Cancel();
            if (sequence.Finish is null) continue;
            if (!sequence.Released) Release(sequence);
            if (orphaned || sequence.ReadToTheEnd) _all.Remove(sequence.Request.Id);
        }
    }

    /// <summary>Ends a sequence and forgets all of it but its name: who cancels does not come back for the rest.</summary>
    public void Cancel(Guid id)
    {
        if (!_all.Remove(id, out var sequence)) return;
        sequence.Cancel();
        if (!sequence.Released) Release(sequence);
        _cancelled.Add(id);
    }

    private void Release(Sequence sequence)
    {
        if (!_running.Remove(sequence)) _waiting.Remove(sequence);
        if (sequence.Extent is { } extent) kv.Return(extent);
        (sequence.Extent, sequence.Released) = (null, true);
    }
}
