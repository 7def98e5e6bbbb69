using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace NGrammys.Grains.Placement;

/// <summary>What this silo knows about the load of all of them, and where a conversation that wakes shall live.</summary>
/// <remarks>
/// Of two silos drawn at random the less busy one is taken. Drawing is what keeps all silos from sending everything to the one that was idle a second
/// ago; the second choice is what keeps queues short (Mitzenmacher, The Power of Two Choices in Randomized Load Balancing). Thread-safe.
/// </remarks>
internal sealed class SiloLoads(TimeProvider time)
{
    // Loads are told every second; what is much older says nothing.
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<SiloAddress, Report> _reports = new();

    /// <summary>Notes what a silo tells.</summary>
    public void Note(SiloAddress silo, SiloLoad load)
    {
        _reports[silo] = new Report(load, time.GetTimestamp());
        foreach (var (gone, report) in _reports)
        {
            if (IsStale(report)) _reports.TryRemove(gone, out _);
        }
    }

    /// <summary>One of the silos, which are at least one.</summary>
    public SiloAddress Choose(IReadOnlyList<SiloAddress> silos)
    {
        SiloAddress[] staying = [.. silos.Where(silo => Find(silo) is not { Load.Leaving: true })];
        if (staying.Length == 0) return silos[RandomNumberGenerator.GetInt32(silos.Count)];
        var first = RandomNumberGenerator.GetInt32(staying.Length);
        if (staying.Length == 1) return staying[first];
        var second = (first + 1 + RandomNumberGenerator.GetInt32(staying.Length - 1)) % staying.Length;
        var chosen = Pressure(staying[first]).CompareTo(Pressure(staying[second])) <= 0 ? staying[first] : staying[second];
        Find(chosen)?.Place();
        return chosen;
    }

    // A silo that nobody has heard of yet has just started: it is empty.
    private (int Waiting, double Used) Pressure(SiloAddress silo) =>
        Find(silo) is { } report ? (report.Load.Waiting + report.Placed, report.Load.KvUsed) : default;

    private Report? Find(SiloAddress silo) => _reports.TryGetValue(silo, out var report) && !IsStale(report) ? report : null;

    private bool IsStale(Report report) => time.GetElapsedTime(report.Heard) > Stale;

    private sealed class Report(SiloLoad load, long heard)
    {
        private int _placed;

        public SiloLoad Load => load;

        public long Heard => heard;

        /// <summary>Conversations that were sent there since: a burst must not follow one old report.</summary>
        public int Placed => Volatile.Read(ref _placed);

        public void Place() => Interlocked.Increment(ref _placed);
    }
}
