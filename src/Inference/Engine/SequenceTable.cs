using NGrammys.Inference.Abstractions;

namespace NGrammys.Inference.Engine;

/// <summary>All sequences of an engine: waiting for cache rows, running, and finished but not yet read. Touched only on the engine thread.</summary>
internal sealed class SequenceTable(SequenceRows rows, TimeProvider time)
{
    // An owner that has not called for so long is gone; its rows serve others. It may start the sequence again from what it has.
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    private readonly Dictionary<Guid, Sequence> _all = [];
    private readonly CancelledIds _cancelled = new();
    private readonly WaitingQueue _waiting = new();
    private readonly List<Sequence> _running = []; // by arrival
    private readonly List<Sequence> _runnable = [];
    private long _arrivals;

    public int Waiting => _waiting.Count;

    /// <summary>Names of those that wait, by arrival. It does not change afterwards.</summary>
    public Guid[] Queue => _waiting.Names;

    /// <summary>Decoding, but held until their owners catch up.</summary>
    public int Paused => _running.Count(sequence => sequence.Paused);

    public bool Any => _all.Count > 0;

    /// <summary>How often a sequence had to give up its rows.</summary>
    public long Preempted { get; private set; }

    /// <summary>Sequences to be packed into the next step, in the order of their arrival.</summary>
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
        if (sequence.RowsNeeded > rows.Rows)
        {
            throw new EngineException(EngineError.ContextLength, $"The sequence may need {sequence.RowsNeeded} rows of the KV cache, which has {rows.Rows}; "
                + "shorten the prompt or ask for fewer tokens.");
        }

        // Who has begun elsewhere is not ended because of who comes here.
        if (sequence.Request.Position == 0 && _waiting.IsFull(sequence.Request.Tenant, sequence.RowsNeeded, rows.Rows)) throw new EngineException(EngineError.Overloaded, $"{_waiting.Count} replies are waiting already; try again later.");
        if (_cancelled.Contains(sequence.Request.Id) || !_all.TryAdd(sequence.Request.Id, sequence))
            throw new EngineException(EngineError.InvalidRequest, $"Sequence {sequence.Request.Id} has been started before; take a fresh id.");
        sequence.LastContact = time.GetTimestamp();
        sequence.Arrival = _arrivals++;
        rows.Introduce(sequence);
        _waiting.Add(sequence);
    }

    /// <inheritdoc cref="IInferenceEngine.Reserve"/>
    public IDisposable? Reserve(SequenceRequest newcomer, int contextLength) => _waiting.Reserve(newcomer.Tenant, Sequence.Rows(newcomer, contextLength), rows.Rows);

    /// <summary>Counts a sequence that will be added, until what it returns is disposed. Callable from any thread.</summary>
    public IDisposable Announce(SequenceRequest newcomer, int contextLength) => _waiting.Announce(newcomer.Tenant, Sequence.Rows(newcomer, contextLength));

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

    /// <summary>Gives cache rows to waiting sequences. Who does not fit when it is his turn holds up those behind, so that nobody starves.</summary>
    public void Admit()
    {
        while (_waiting.Next(_running) is { } next && rows.TryAdmit(next))
        {
            _waiting.Take(next);
            _running.Insert(_running.FindLastIndex(other => other.Arrival < next.Arrival) + 1, next);
        }
    }

    /// <summary>Makes sure that every sequence has room for the next step, and copies what others have computed of its text. Where there is not room for all,
    /// the youngest gives up its rows and waits: it goes on later, with the same tokens. So the oldest always gets on.</summary>
    public void Prepare()
    {
        foreach (var sequence in Runnable)
        {
            while (sequence.Extent is not null && !rows.TryGrow(sequence)) Preempt(Victim(sequence));
        }

        foreach (var sequence in Runnable) rows.Reuse(sequence);
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

    // Background work first, and of equals the youngest: never one older than who needs the room.
    private Sequence Victim(Sequence needy)
    {
        var victim = needy;
        foreach (var sequence in _running)
        {
            var weaker = sequence.Yields == needy.Yields ? sequence.Arrival > needy.Arrival : sequence.Yields;
            if (weaker && (sequence.Yields || !victim.Yields || victim == needy)) victim = sequence;
        }

        return victim;
    }

    private void Preempt(Sequence sequence)
    {
        Preempted++;
        sequence.Preemptions++;
        _running.Remove(sequence);
        rows.Release(sequence);
        _waiting.Add(sequence);
    }

    private void Release(Sequence sequence)
    {
        if (!_running.Remove(sequence)) _waiting.Remove(sequence);
        rows.Release(sequence);
        sequence.Released = true;
    }
}
