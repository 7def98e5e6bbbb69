using System.Diagnostics.Metrics;
using NGrammys.Grains.Conversations;
using NGrammys.Grains.Interfaces.Cluster;

namespace NGrammys.Grains.Observability;

/// <summary>What turns of this silo cost the device with speculation and without, by their kind. Counts since the silo began. Thread-safe.</summary>
/// <param name="options">How many turns are decoded plainly.</param>
internal sealed class Pilot(PilotOptions options)
{
    private static readonly Meter Meter = new("NGrammys");
    private static readonly Counter<long> Turns = Meter.CreateCounter<long>("ngrammys.pilot.turns", description: "Turns that a pilot compares, by kind and group.");
    private static readonly Counter<long> Tokens = Meter.CreateCounter<long>("ngrammys.pilot.tokens", description: "Their tokens.");
    private static readonly Counter<double> Seconds = Meter.CreateCounter<double>("ngrammys.pilot.device_seconds", "s", "Their parts of the passes that decoded them.");

    private readonly Lock _gate = new();
    private readonly Dictionary<TurnKind, PilotSums> _speculated = [], _control = [];

    /// <summary>Share of turns that are decoded plainly.</summary>
    public double ControlShare => options.ControlShare;

    /// <summary>Counts a turn that has ended.</summary>
    /// <param name="kind">What it counts as.</param>
    /// <param name="control">Whether it was drawn to be decoded plainly.</param>
    /// <param name="tokens">Its tokens; of a turn without any nothing can be learned.</param>
    /// <param name="seconds">Its part of the passes that decoded it.</param>
    public void Count(TurnKind kind, bool control, int tokens, double seconds)
    {
        if (tokens == 0) return;
        var (label, group) = (new KeyValuePair<string, object?>("kind", Name(kind)), new KeyValuePair<string, object?>("group", control ? "control" : "speculated"));
        Turns.Add(1, label, group);
        Tokens.Add(tokens, label, group);
        Seconds.Add(seconds, label, group);
        lock (_gate)
        {
            var sums = control ? _control : _speculated;
            sums[kind] = sums.GetValueOrDefault(kind).With(tokens, seconds);
        }
    }

    /// <summary>The kinds of which there was any turn.</summary>
    public PilotDescription[] Describe()
    {
        lock (_gate)
        {
            return [.. _speculated.Keys.Union(_control.Keys).Order()
                .Select(kind => new PilotDescription(Name(kind), _speculated.GetValueOrDefault(kind), _control.GetValueOrDefault(kind)))];
        }
    }

    private static string Name(TurnKind kind) => kind.ToString().ToLowerInvariant();
}
