namespace NGrammys.Failover.Rehearsals;

/// <summary>How long readers saw nothing, in seconds: nearest ranks.</summary>
/// <param name="Count">Replies that were hit.</param>
/// <param name="P50">Half of them waited no longer.</param>
/// <param name="P99">99 of 100 waited no longer.</param>
/// <param name="Max">Nobody waited longer.</param>
public sealed record GapFigures(int Count, double P50, double P99, double Max)
{
    /// <summary>Sums up gaps; null where there is none.</summary>
    public static GapFigures? Of(IEnumerable<double> gaps)
    {
        double[] sorted = [.. gaps.Order()];
        return sorted.Length == 0 ? null : new GapFigures(sorted.Length, Rank(0.5), Rank(0.99), Math.Round(sorted[^1], 2));

        double Rank(double share) => Math.Round(sorted[(int)Math.Ceiling(share * sorted.Length) - 1], 2);
    }
}
