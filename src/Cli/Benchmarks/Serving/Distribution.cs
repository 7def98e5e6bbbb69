namespace NGrammys.Cli.Benchmarks.Serving;

/// <summary>How values are spread; all NaN where there are none.</summary>
internal sealed record Distribution(double Mean, double P50, double P90, double P99)
{
    /// <summary>Sums up values.</summary>
    public static Distribution Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? new Distribution(double.NaN, double.NaN, double.NaN, double.NaN)
            : new Distribution(sorted.Average(), Quantile(sorted, 0.5), Quantile(sorted, 0.9), Quantile(sorted, 0.99));
    }

    /// <summary>A quantile, interpolated between the values beside it.</summary>
    /// <param name="sorted">Values, rising; at least one.</param>
    /// <param name="share">From 0 to 1.</param>
    public static double Quantile(IReadOnlyList<double> sorted, double share)
    {
        var at = share * (sorted.Count - 1);
        var below = (int)at;
        return below + 1 == sorted.Count ? sorted[below] : sorted[below] + (at - below) * (sorted[below + 1] - sorted[below]);
    }
}
