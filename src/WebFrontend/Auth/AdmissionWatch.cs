using System.Collections.Concurrent;
using System.Security.Claims;

namespace NGrammys.WebFrontend.Auth;

/// <summary>Ends what is still running for a caller who may not stay (<see cref="Admission"/>): streams and connections outlive the check that let them in. Thread-safe.</summary>
internal sealed class AdmissionWatch : IDisposable
{
    /// <summary>How often callers are looked at.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<Guid, (ClaimsPrincipal Caller, Action End)> _watched = [];
    private readonly Admission _admission;
    private readonly ITimer _timer;

    public AdmissionWatch(Admission admission, TimeProvider time)
    {
        _admission = admission;
        _timer = time.CreateTimer(_ => Look(), null, Interval, Interval);
    }

    /// <summary>Has something ended when its caller may not stay.</summary>
    /// <param name="caller">Who it runs for.</param>
    /// <param name="end">Ends it; called once at most, and must not fail.</param>
    /// <returns>Stops to watch.</returns>
    public IDisposable Watch(ClaimsPrincipal caller, Action end)
    {
        var id = Guid.NewGuid();
        if (caller.KeyHash() is not null || caller.SessionId() is not null) _watched[id] = (caller, end);
        return new Registration(this, id);
    }

    public void Dispose() => _timer.Dispose();

    // Many streams of one caller are one question.
    private void Look()
    {
        foreach (var same in _watched.GroupBy(watched => (watched.Value.Caller.KeyHash(), watched.Value.Caller.SessionId())))
        {
            if (_admission.Holds(same.First().Value.Caller)) continue;
            foreach (var (id, _) in same)
            {
                if (_watched.TryRemove(id, out var watched)) watched.End();
            }
        }
    }

    private sealed class Registration(AdmissionWatch watch, Guid id) : IDisposable
    {
        public void Dispose() => watch._watched.TryRemove(id, out _);
    }
}
