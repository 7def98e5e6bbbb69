namespace NGrammys.Inference.Engine;

/// <summary>Sequences that wait for cache rows, and whose turn it is. Touched only on the engine thread.</summary>
/// <remarks>
/// First who had to give up his rows; then, of the tenant with the fewest running sequences, who waits longest; background work last. Nobody who is
/// the first of his tenant is overtaken more often than <see cref="Patience"/> times: then it is his turn, and who comes behind waits until he fits.
/// </remarks>
internal sealed class WaitingQueue
{
    /// <summary>How often one may be overtaken.</summary>
    public const int Patience = 16;

    private readonly List<Sequence> _waiting = []; // by arrival
    private readonly Dictionary<string, int> _running = [];
    private readonly HashSet<(string Tenant, bool Yields)> _first = [];
    private Guid[]? _names;

    public int Count => _waiting.Count;

    /// <summary>Who waits, by arrival; made anew where somebody came or went.</summary>
    public Guid[] Names => _names ??= [.. _waiting.Select(sequence => sequence.Request.Id)];

    /// <summary>How many of a tenant wait, and the cache rows that they may need, all together.</summary>
    public (int Count, long RowsNeeded) Of(string tenant)
    {
        var (count, needed) = (0, 0L);
        foreach (var sequence in _waiting)
        {
            if (sequence.Request.Tenant != tenant) continue;
            count++;
            needed += sequence.RowsNeeded;
        }

        return (count, needed);
    }

    public void Add(Sequence sequence)
    {
        var at = _waiting.FindLastIndex(other => other.Arrival < sequence.Arrival);
        _waiting.Insert(at + 1, sequence);
        _names = null;
    }

    public void Remove(Sequence sequence)
    {
        _waiting.Remove(sequence);
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
}
