using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using NGrammys.TestSupport;

namespace NGrammys.Grains.Tests.Hosting;

/// <summary>A clock that the test moves, and that tells when somebody has begun to wait for it.</summary>
internal sealed class TestClock : FakeTimeProvider
{
    private readonly ConcurrentDictionary<TimeSpan, SemaphoreSlim> _armed = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        Armed(dueTime).Release();
        return timer;
    }

    /// <summary>Completes when one more timer of this duration runs.</summary>
    public Task ArmedAsync(TimeSpan due) => Armed(due).WaitAsync().For($"a timer of {due.TotalMilliseconds} ms");

    private SemaphoreSlim Armed(TimeSpan due) => _armed.GetOrAdd(due, _ => new SemaphoreSlim(0));
}
