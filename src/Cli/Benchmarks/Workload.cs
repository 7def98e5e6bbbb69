using NGrammys.Drafting.Assessment;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Cli.Benchmarks;

/// <summary>Replies of one kind that an engine is measured with.</summary>
/// <param name="Category">Kind of work.</param>
/// <param name="Turns">Prompts, and how long their replies are.</param>
/// <param name="Sampling">How they are made.</param>
internal sealed record Workload(string Category, RecordedTurn[] Turns, SamplingParameters Sampling)
{
    /// <summary>What speculation can do nothing with: random prompts, random replies (which a model that is not forced to them does not give, only as many).</summary>
    public const string Adversarial = "adversarial";

    private const string MtBench = "mt_bench";

    private const int AdversarialLength = 128;

    /// <summary>The workloads of a trace, by category, and the adversarial one.</summary>
    /// <param name="turns">The trace.</param>
    /// <param name="vocabulary">Number of tokens, V.</param>
    /// <param name="replies">Most replies of a workload; they are spread over the trace.</param>
    public static List<Workload> Of(IReadOnlyList<RecordedTurn> turns, int vocabulary, int replies)
    {
        var random = new Random(1);
        int[] Ids() => [.. Enumerable.Range(0, AdversarialLength).Select(_ => random.Next(vocabulary))];
        RecordedTurn[] noise = [.. Enumerable.Range(0, replies).Select(_ => new RecordedTurn(Guid.NewGuid(), Adversarial, Ids(), Ids()))];
        var hot = SamplingParameters.Greedy with { Temperature = 1, Seed = 1 };
        return
        [
            new Workload(Adversarial, noise, hot),
            .. turns.Where(turn => turn.Reply.Length > 0).GroupBy(turn => Kind(turn.Category)).OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => new Workload(group.Key, Spread([.. group], replies), SamplingParameters.Greedy)),
        ];
    }

    // Records name the kinds of questions of MT-Bench one by one, or all alike.
    private static string Kind(string category) =>
        category is "writing" or "roleplay" or "reasoning" or "math" or "coding" or "extraction" or "stem" or "humanities" ? MtBench : category;

    private static RecordedTurn[] Spread(RecordedTurn[] turns, int count) =>
        count >= turns.Length ? turns : [.. Enumerable.Range(0, count).Select(i => turns[(long)i * turns.Length / count])];
}
