using Microsoft.Extensions.Time.Testing;

namespace NGrammys.Grains.Tests.Simulation;

/// <summary>
/// The time of a simulation. A pass of the engine takes ten milliseconds of it; and where nothing in this process has anything left to do, it goes on
/// to whatever is waited for. Waits of seconds are over in moments, and none of them is shorter than the work that it waits for.
/// </summary>
/// <remarks>Orleans' schedulers run on the thread pool, so that is what tells whether anything is left to do. A mistake in that is one more fault: a wait that ends early.</remarks>
internal sealed class SimulatedClock : FakeTimeProvider, IDisposable
{
    private static readonly TimeSpan PassTime = TimeSpan.FromMilliseconds(10), Leap = TimeSpan.FromMilliseconds(100);

    // Looks in a row that find nothing done and nothing to do.
    private const int Quiet = 2;

    private readonly ManualResetEventSlim _over = new();
    private readonly Thread _thread;
    private int _passes;

    public SimulatedClock()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "simulated time" };
        _thread.Start();
    }

    /// <summary>The engine has made a pass.</summary>
    public void Pass() => Interlocked.Increment(ref _passes);

    public void Dispose()
    {
        _over.Set();
        _thread.Join();
        _over.Dispose();
    }

    private void Run()
    {
        var (done, quiet) = (0L, 0);
        while (!_over.Wait(1))
        {
            var passes = Interlocked.Exchange(ref _passes, 0);
            var now = ThreadPool.CompletedWorkItemCount;
            quiet = passes == 0 && now == done && ThreadPool.PendingWorkItemCount == 0 ? quiet + 1 : 0;
            done = now;
            if (passes > 0) Advance(passes * PassTime);
            else if (quiet >= Quiet) Advance(Leap);
        }
    }
}
