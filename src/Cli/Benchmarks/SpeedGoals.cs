namespace NGrammys.Cli.Benchmarks;

/// <summary>What speculation is to bring: auto by plain tokens per second, by kind of work and replies at once. Adversarial text and translation must not lose.</summary>
internal static class SpeedGoals
{
    /// <summary>The goal of a row; null where none is set.</summary>
    public static double? Of(string category, int concurrency) => (category, concurrency) switch
    {
        (Workload.Adversarial, _) => 0.98,
        ("translation", _) => 1,
        ("mt_bench", 1) => 1.5,
        ("mt_bench", 4) => 1.1,
        ("summarization" or "rag", 1) => 2,
        ("summarization" or "rag", 4) => 1.25,
        ("mt_bench" or "summarization" or "rag", 16) => 0.99,
        _ => null,
    };
}
