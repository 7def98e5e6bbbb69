using NGrammys.Grains.Interfaces.Cluster;

namespace NGrammys.WebFrontend.Admin;

/// <summary>What a pilot has shown: what turns cost the devices with speculation, beside turns that were drawn to be decoded plainly.</summary>
/// <param name="Kinds">Kinds of turns.</param>
/// <param name="SavedDeviceSeconds">Of all kinds that have a control, since the nodes began.</param>
/// <param name="SavedDeviceSecondsPerMonth">The same as it would be in 30 days that go on like this.</param>
internal sealed record PilotReport(IReadOnlyList<PilotKind> Kinds, double SavedDeviceSeconds, double SavedDeviceSecondsPerMonth)
{
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    /// <summary>Reads it off the nodes' counts.</summary>
    /// <param name="cluster">The cluster; a node that does not answer is not counted.</param>
    /// <param name="now">When that was.</param>
    public static PilotReport Of(ClusterDescription cluster, DateTimeOffset now)
    {
        var told = cluster.Nodes.SelectMany(node => (node.Details?.Pilot ?? []).Select(kind => (Age: now - node.Started, Kind: kind))).ToArray();
        var kinds = told.GroupBy(node => node.Kind.Kind).Select(nodes => PilotKind.Of(nodes.Key,
            nodes.Aggregate(default(PilotSums), (sums, node) => sums + node.Kind.Speculated),
            nodes.Aggregate(default(PilotSums), (sums, node) => sums + node.Kind.Control))).OrderBy(kind => kind.Kind, StringComparer.Ordinal).ToArray();
        var monthly = told.Where(node => node.Age > TimeSpan.Zero)
            .Sum(node => (kinds.Single(kind => kind.Kind == node.Kind.Kind).Saved(node.Kind.Speculated) ?? 0) * (Month / node.Age));
        return new PilotReport(kinds, kinds.Sum(kind => kind.SavedDeviceSeconds ?? 0), monthly);
    }
}

/// <summary>What a pilot has shown of one kind of turns.</summary>
/// <param name="Kind">first or later reply of a conversation, request (not kept), structured (held to a schema, JSON or a pattern).</param>
/// <param name="Speculated">Turns with speculation.</param>
/// <param name="Control">Turns without.</param>
/// <param name="TimesAsFast">How many times as many tokens a device second brings with speculation; null while there are fewer than two turns of either group.</param>
/// <param name="SavedDeviceSeconds">What the speculated turns would have cost more without; null without control.</param>
internal sealed record PilotKind(string Kind, PilotGroup Speculated, PilotGroup Control, Estimate? TimesAsFast, double? SavedDeviceSeconds)
{
    // Of the normal distribution: 95 % lie within.
    private const double Sure = 1.96;

    public static PilotKind Of(string kind, PilotSums speculated, PilotSums control) => new(kind, PilotGroup.Of(speculated), PilotGroup.Of(control),
        speculated.Turns < 2 || control.Turns < 2 ? null : Compare(speculated, control), Saved(speculated, PilotGroup.Of(control)));

    /// <summary>What turns of this kind would have cost more if they had been decoded plainly, in device seconds; null without control.</summary>
    public double? Saved(PilotSums speculated) => Saved(speculated, Control);

    private static double? Saved(PilotSums speculated, PilotGroup control) =>
        control.Turns == 0 ? null : speculated.Tokens * control.DeviceSeconds / control.Tokens - speculated.Seconds;

    private static Estimate Compare(PilotSums speculated, PilotSums control)
    {
        var ratio = control.Seconds / control.Tokens / (speculated.Seconds / speculated.Tokens);
        var error = Math.Sqrt(Variance(speculated) + Variance(control));
        return new Estimate(ratio, ratio * Math.Exp(-Sure * error), ratio * Math.Exp(Sure * error));
    }

    // Of the logarithm of seconds by tokens, an estimate from a ratio of two sums: turns are drawn, tokens are not.
    private static double Variance(PilotSums sums)
    {
        var ratio = sums.Seconds / sums.Tokens;
        var residuals = sums.SecondsSquared - 2 * ratio * sums.Products + ratio * ratio * sums.TokensSquared;
        return Math.Max(0, residuals) * sums.Turns / (sums.Turns - 1) / (sums.Seconds * sums.Seconds);
    }
}

/// <summary>Turns of one group.</summary>
/// <param name="Turns">Turns.</param>
/// <param name="Tokens">Their tokens.</param>
/// <param name="DeviceSeconds">Their parts of the passes that decoded them.</param>
internal readonly record struct PilotGroup(long Turns, long Tokens, double DeviceSeconds)
{
    public static PilotGroup Of(PilotSums sums) => new(sums.Turns, (long)sums.Tokens, sums.Seconds);
}

/// <summary>A figure, and between what it lies with a probability of 95 %.</summary>
/// <param name="Value">The figure.</param>
/// <param name="Low">Lower bound.</param>
/// <param name="High">Upper bound.</param>
internal readonly record struct Estimate(double Value, double Low, double High);
