namespace NGrammys.Inference.Engine;

/// <summary>Sequences that wait for cache rows, and whose turn it is. Changed only on the engine thread.</summary>
/// <remarks>
/// First who had to give up his rows; then, of the tenant with the fewest running sequences, who waits longest; background work last. Nobody who is
/// the first of his tenant is overtaken more often than <see cref="Patience"/> times: then it is his turn, and who comes behind waits until he fits.
/// </remarks>
internal sealed class WaitingQueue
{
    /// <summary>How often one may be overtaken.</summary>
    public const int Patience = 16;

    // Who would wait longer than the cache takes to be filled so often is better told at once; but a few of a tenant may always wait, and none is shut out by another's.
    private const int QueuedCaches = 4;
    private const int ShortestQueue = 16, LongestQueue = 1024;

    private readonly Lock _gate = new(); // held by who changes the lists, and by other threads that read them
    private readonly List<Place> _places = []; // of those who are on their way
    private readonly List<Sequence> _waiting = []; // by arrival
    private readonly Dictionary<string, int> _running = [];
    private readonly HashSet<(string Tenant, bool Yields)> _first = [];
    private Guid[]? _names;

    public int Count => _waiting.Count;

    /// <summary>Who waits, by arrival; made anew where somebody came or went.</summary>
    public Guid[] Names => _names ??= [.. _waiting.Select(sequence => sequence.Request.Id)];

    /// <summary>Whether one more of a tenant would be one too many.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="rowsNeeded">Rows that it may need.</param>
    /// <param name="cacheRows">Rows of the cache.</param>
    public bool IsFull(string tenant, int rowsNeeded, int cacheRows) => IsFull(tenant, rowsNeeded, cacheRows, withPlaces: false);

    /// <summary>A place for one who is on his way, until it is disposed; null where one more, beside those who wait and those who are on their way, would be too many.
    /// Callable from any thread.</summary>
    /// <inheritdoc cref="IsFull(string, int, int)"/>
    public IDisposable? Reserve(string tenant, int rowsNeeded, int cacheRows)
    {
        lock (_gate) return IsFull(tenant, rowsNeeded, cacheRows, withPlaces: true) ? null : Keep(tenant, rowsNeeded);
    }

    /// <summary>A place for one who will come, however many there are.</summary>
    /// <inheritdoc cref="Reserve"/>
    public IDisposable Announce(string tenant, int rowsNeeded)
    {
        lock (_gate) return Keep(tenant, rowsNeeded);
    }

    public void Add(Sequence sequence)
    {
        var at = _waiting.FindLastIndex(other => other.Arrival < sequence.Arrival);
        lock (_gate) _waiting.Insert(at + 1, sequence);
        _names = null;
    }

    public void Remove(Sequence sequence)
    {
        lock (_gate) _waiting.Remove(sequence);
        _names = null;
    }

    /// <summary>Whose turn it is; null if nobody waits.</summary>
    public Sequence? Next(IReadOnlyList<Sequence> running)
    {
        if (_waiting.Count == 0) return null;
        if (_waiting.Find(sequence => sequence is { Preemptions: > 0, Yields: false } || sequence.Overtaken >= Patience) is { } first) return first;
        _running.Clear();
        foreach (var sequence in running) _running[sequence.Request.Tenant] = _running.GetValueOrDefault(sequence.Request.Tenant) + 1;
        return _waiting.MinBy(sequence => (sequence.Yields, _running.GetValueOrDefault(sequence.Request.Tenant), sequence.Arrival));
    }

    /// <summary>Takes the one whose turn it is out of the queue.</summary>
    public void Take(Sequence sequence)
    {
        _first.Clear();
        foreach (var other in _waiting)
        {
            if (other.Arrival >= sequence.Arrival) break;
            // Those behind wait for their own tenant's: many that came at once must not all become impatient at once.
            if (_first.Add((other.Request.Tenant, other.Yields))) other.Overtaken++;
        }

        Remove(sequence);
    }

    private Place Keep(string tenant, int rowsNeeded)
    {
        var place = new Place(this, tenant, rowsNeeded);
        _places.Add(place);
        return place;
    }

    private bool IsFull(string tenant, int rowsNeeded, int cacheRows, bool withPlaces)
    {
        var (all, count, needed) = (_waiting.Count, 0, 0L);
        foreach (var sequence in _waiting)
        {
            if (sequence.Request.Tenant == tenant) (count, needed) = (count + 1, needed + sequence.RowsNeeded);
        }

        if (withPlaces)
        {
            all += _places.Count;
            foreach (var place in _places)
            {
                if (place.Tenant == tenant) (count, needed) = (count + 1, needed + place.RowsNeeded);
            }
        }

        return all >= LongestQueue || (count >= ShortestQueue && needed + rowsNeeded > QueuedCaches * (long)cacheRows);
    }

    private sealed class Place(WaitingQueue queue, string tenant, int rowsNeeded) : IDisposable
    {
        public string Tenant => tenant;

        public int RowsNeeded => rowsNeeded;

        public void Dispose()
        {
            lock (queue._gate) queue._places.Remove(this);
        }
    }
}
