using System.Diagnostics;

namespace NGrammys.Inference.Cpu;

/// <summary>Threads that share the parts of one job after the other with the caller. Idle ones spin briefly, then park, so an idle server burns no CPU.</summary>
/// <remarks>Run is called by one thread at a time and allocates nothing. Parts must not depend on who runs them, or in which order.</remarks>
internal sealed class WorkerPool : IDisposable
{
    // Longer than the gaps between the jobs of one step, far shorter than anybody notices in a bill.
    private static readonly long SpinTicks = Stopwatch.Frequency / 10_000;

    private const int SpinsBeforeYield = 200;

    private readonly object _gate = new();
    private readonly Thread[] _threads;
    private Action<int, int>? _job;
    private int _parts;

    // The job's number in the upper half, parts not yet taken in the lower: a thread that comes late cannot take a part of another job.
    private long _state;
    private int _unfinished;
    private int _parked;
    private volatile bool _stopped;

    public WorkerPool(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        _threads = new Thread[threads - 1];
        for (var i = 0; i < _threads.Length; i++)
        {
            var worker = i + 1;
            _threads[i] = new Thread(() => Work(worker)) { IsBackground = true, Name = $"cpu executor {worker}" };
            _threads[i].Start();
        }
    }

    /// <summary>Threads that work, the caller included.</summary>
    public int Threads => _threads.Length + 1;

    /// <summary>Runs <paramref name="job"/>(part, worker) for every part in [0, parts), worker in [0, Threads), and returns when all are done.</summary>
    public void Run(Action<int, int> job, int parts)
    {
        if (parts == 1 || _threads.Length == 0)
        {
            for (var part = 0; part < parts; part++) job(part, 0);
            return;
        }

        if (parts == 0) return;
        (_job, _parts, _unfinished) = (job, parts, parts);
        Interlocked.Exchange(ref _state, (((_state >> 32) + 1) << 32) | (uint)parts);
        if (Volatile.Read(ref _parked) > 0)
        {
            lock (_gate) Monitor.PulseAll(_gate);
        }

        RunParts(0);
        for (var spins = 0; Volatile.Read(ref _unfinished) > 0; spins++)
        {
            // A worker that lost its processor in the middle of a part may need this one.
            if (spins < SpinsBeforeYield) Thread.SpinWait(8);
            else Thread.Yield();
        }
    }

    public void Dispose()
    {
        _stopped = true;
        lock (_gate) Monitor.PulseAll(_gate);
        foreach (var thread in _threads) thread.Join();
    }

    private void Work(int worker)
    {
        while (!_stopped)
        {
            RunParts(worker);
            var start = Stopwatch.GetTimestamp();
            while (!HasWork && Stopwatch.GetTimestamp() - start < SpinTicks) Thread.SpinWait(8);
            if (!HasWork) Park();
        }
    }

    private bool HasWork => (int)Volatile.Read(ref _state) > 0;

    private void Park()
    {
        lock (_gate)
        {
            // Either the caller of Run sees this count and pulses, or this thread sees its work.
            Interlocked.Increment(ref _parked);
            while (!HasWork && !_stopped) Monitor.Wait(_gate);
            Interlocked.Decrement(ref _parked);
        }
    }

    private void RunParts(int worker)
    {
        for (var state = Volatile.Read(ref _state); (int)state > 0; state = Volatile.Read(ref _state))
        {
            if (Interlocked.CompareExchange(ref _state, state - 1, state) != state) continue;
            _job!(_parts - (int)state, worker);
            Interlocked.Decrement(ref _unfinished);
        }
    }
}
