using System.Globalization;

namespace NGrammys.Cli.Benchmarks;

/// <summary>What was measured of workloads, as rows of a Markdown table.</summary>
internal static class WorkloadTable
{
    /// <summary>Names of the columns, and the line below them.</summary>
    public const string Head = """
        | workload | at once | tokens | plain tokens/s | auto tokens/s | auto / plain | median of rounds (p10, p90) | processor time | predicted | goal | tokens per call | drafted per call | differing |
        |---|---|---|---|---|---|---|---|---|---|---|---|---|
        """;

    /// <summary>One row.</summary>
    public static string Row(WorkloadFigures row)
    {
        var goal = SpeedGoals.Of(row.Category, row.Concurrency) is { } least ? string.Create(CultureInfo.InvariantCulture, $"≥ {least:f2}") : "";
        var predicted = row.Predicted?.ToString("f2", CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture,
            $"| {row.Category} | {row.Concurrency} | {row.Tokens} | {row.PlainTokensPerSecond:f1} | {row.AutoTokensPerSecond:f1} | **{row.AutoTokensPerSecond / row.PlainTokensPerSecond:f2}** | {row.Ratio:f2} ({row.RatioP10:f2}, {row.RatioP90:f2}) ")
            + string.Create(CultureInfo.InvariantCulture, $"| {row.ProcessorRatio:f2} | {predicted} | {goal} | {row.TokensPerCall:f2} | {row.DraftedPerCall:f1} | {row.Differing} |");
    }
}
