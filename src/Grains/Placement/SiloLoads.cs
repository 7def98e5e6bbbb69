using System.Collections.Concurrent;
using System.Security.Cryptography;
using NGrammys.Grains.Interfaces.Conversations;

namespace NGrammys.Grains.Placement;

/// <summary>What this silo knows about the load of all of them and the models they serve, and where a conversation that wakes shall live.</summary>
/// <remarks>
/// Of two silos drawn at random the less busy one is taken. Drawing is what keeps all silos from sending everything to the one that was idle a second
/// ago; the second choice is what keeps queues short (Mitzenmacher, The Power of Two Choices in Randomized Load Balancing). Thread-safe.
/// </remarks>
internal sealed class SiloLoads(TimeProvider time)
{
    // Loads are told every second; what is much older says nothing.
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<SiloAddress, Report> _reports = new();

    /// <summary>What the silos serve that were heard of, by name; the first is for whoever has chosen none.</summary>
    public IReadOnlyList<ModelDescription> Models =>
    [
        .. _reports.Where(silo => !IsStale(silo.Value)).OrderBy(silo => silo.Key).Select(silo => silo.Value.Load.Model).OfType<ModelDescription>()
            .DistinctBy(model => model.Name).OrderBy(model => model.Name, StringComparer.Ordinal),
    ];

    /// <summary>Forgets a silo that is dead.</summary>
    public void Forget(SiloAddress silo) => _reports.TryRemove(silo, out _);

    /// <summary>Notes what a silo tells.</summary>
    public void Note(SiloAddress silo, SiloLoad load)
    {
        _reports[silo] = new Report(load, time.GetTimestamp());
        foreach (var (gone, report) in _reports)
        {
            if (IsStale(report)) _reports.TryRemove(gone, out _);
        }
    }

    /// <summary>Whether a silo serves a model that takes conversations.</summary>
    public bool Serves(string model) =>
        _reports.Values.Any(report => !IsStale(report) && report.Load is { Leaving: false, Model: { } served } && served.Name == model);

    /// <summary>Another silo that could go on with a silo's conversations: it serves the same model, and reaches the store. Null if there is none.</summary>
    public SiloAddress? Other(SiloAddress silo)
    {
        if (Find(silo)?.Load.Model is not { } model) return null;
        SiloAddress[] others =
        [
            .. from other in _reports
               where !other.Key.Equals(silo) && !IsStale(other.Value) && other.Value.Load is { Leaving: false, StoreAway: false } load && load.Model?.Name == model.Name
               select other.Key,
        ];
        return others.Length == 0 ? null : others[RandomNumberGenerator.GetInt32(others.Length)];
    }

    /// <summary>One of the silos, which are at least one. Where none of them serves the model, whatever was said can still be read on any.</summary>
    /// <param name="silos">The silos.</param>
    /// <param name="model">Name of the model that the silo shall serve; null = the first of <see cref="Models"/>.</param>
    public SiloAddress Choose(IReadOnlyList<SiloAddress> silos, string? model = null)
    {
        SiloAddress[] staying = [.. silos.Where(silo => Find(silo) is not { Load.Leaving: true })];
        if (staying.Length == 0) return silos[RandomNumberGenerator.GetInt32(silos.Count)];
        // A silo that nobody has heard of may serve anything; where there is one model, it serves that.
        model ??= Models is { Count: > 1 } models ? models[0].Name : null;
        if (model is not null && staying.Where(silo => Find(silo)?.Load.Model?.Name == model).ToArray() is { Length: > 0 } serving) staying = serving;
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
