using System.Collections.Concurrent;

namespace NGrammys.WebFrontend.Auth;

/// <summary>Ends what is still running under a key that has been revoked: streams and connections outlive the check that let them in. Thread-safe.</summary>
internal sealed class KeyWatch : IDisposable
{
    /// <summary>How often keys are looked at.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<Guid, (string Hash, Action End)> _watched = [];
    private readonly KeyStore _keys;
    private readonly ITimer _timer;

    public KeyWatch(KeyStore keys, TimeProvider time)
    {
        _keys = keys;
        _timer = time.CreateTimer(_ => Look(), null, Interval, Interval);
    }

    /// <summary>Has something ended when the key that it runs under is revoked.</summary>
    /// <param name="hash">The key's hash; null watches nothing.</param>
    /// <param name="end">Ends it; called once at most, and must not fail.</param>
    /// <returns>Stops to watch.</returns>
    public IDisposable Watch(string? hash, Action end)
    {
        var id = Guid.NewGuid();
        if (hash is not null) _watched[id] = (hash, end);
        return new Registration(this, id);
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        var revoked = _watched.Values.Select(watched => watched.Hash).Distinct().Where(hash => !_keys.Has(hash)).ToHashSet();
        foreach (var (id, (hash, _)) in _watched)
        {
            if (revoked.Contains(hash) && _watched.TryRemove(id, out var watched)) watched.End();
        }
    }

    private sealed class Registration(KeyWatch watch, Guid id) : IDisposable
    {
        public void Dispose() => watch._watched.TryRemove(id, out _);
    }
}
