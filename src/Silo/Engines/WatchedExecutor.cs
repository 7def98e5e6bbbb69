using NGrammys.Inference.Execution;

namespace NGrammys.Silo.Engines;

/// <summary>An executor under watch: a forward pass that hangs, as a driver may make it, is told once, so that its conversations go on elsewhere.</summary>
/// <remarks>
/// A process with a hung device answers its neighbours' probes and would keep its conversations for ever. The bound is far above any
/// honest pass: the longest is the prefill of one chunk, and the first passes after a start, which may compile kernels.
/// </remarks>
internal sealed class WatchedExecutor : DelegatingExecutor
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly TimeSpan _stepTime;
    private readonly TimeProvider _time;
    private readonly Action<string> _fail;
    private readonly ITimer _watch;
    private readonly ManualResetEventSlim _never = new();
    private long _began; // of the pass that runs; 0 = none
    private bool _told;

    private WatchedExecutor(IForwardExecutor executor, TimeSpan stepTime, TimeProvider time, Action<string> fail) : base(executor)
    {
        (_stepTime, _time, _fail) = (stepTime, time, fail);
        _watch = time.CreateTimer(_ => Look(), null, LookEvery, LookEvery);
    }

    /// <summary>Puts an executor under watch.</summary>
    /// <param name="executor">The executor; disposed with the watched one.</param>
    /// <param name="stepTime">What a pass takes at least.</param>
    /// <param name="time">The clock.</param>
    /// <param name="fail">Told once, in a sentence, on another thread, when a pass hangs.</param>
    public static WatchedExecutor Watch(IForwardExecutor executor, TimeSpan stepTime, TimeProvider time, Action<string> fail) =>
        new(executor, stepTime, time, fail);

    public override void Forward(ForwardBatch batch, Span<float> logits)
    {
        var began = _time.GetTimestamp();
        Volatile.Write(ref _began, began);
        base.Forward(batch, logits);
        var rest = _stepTime - _time.GetElapsedTime(began);
        if (rest > TimeSpan.Zero) _never.Wait(rest);
        Volatile.Write(ref _began, 0);
    }

    protected override void Dispose(bool disposing)
    {
        _watch.Dispose();
        _never.Dispose();
        base.Dispose(disposing);
    }

    private void Look()
    {
        var began = Volatile.Read(ref _began);
        if (began == 0 || _time.GetElapsedTime(began) <= Bound || Interlocked.Exchange(ref _told, true)) return;
        _fail($"A forward pass on {Device} has taken more than {Bound.TotalSeconds:0} s: the device hangs.");
    }
}
