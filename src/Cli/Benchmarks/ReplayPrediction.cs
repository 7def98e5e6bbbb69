using NGrammys.Drafting;
using NGrammys.Drafting.Assessment;

namespace NGrammys.Cli.Benchmarks;

/// <summary>What <c>assess</c> and a cost profile say, before anything is run, about how much faster replies come.</summary>
internal static class ReplayPrediction
{
    // Averages of nodes a step among which the best for the device is taken, as the auction would.
    private static readonly int[] Budgets = [1, 2, 4, 8, 16, 32];

    private const int PrefillChunk = 256;

    /// <summary>Predicts the ratio of tokens per second, auto to plain.</summary>
    /// <param name="turns">The replies, prompts included.</param>
    /// <param name="concurrency">How many are made at once.</param>
    /// <param name="costs">What passes cost.</param>
    public static double Of(RecordedTurn[] turns, int concurrency, PassCosts costs)
    {
        var many = Math.Min(concurrency, turns.Length);
        var context = (int)turns.Average(turn => turn.Prompt.Length + turn.Reply.Length / 2);
        var prompts = turns.Sum(turn => Prefill(turn.Prompt.Length, costs));
        var plain = prompts + turns.Sum(turn => (double)turn.Reply.Length) / many * costs.Cost(many, context);
        var auto = Budgets.Select(budget => Replay.Run(turns, new LearnedTree(ReplayMemory.Sources, budget), PassCosts.Free).All)
            .Min(tally => prompts + (double)tally.Calls / many * costs.Cost((int)Math.Round(many * (1 + tally.DraftedPerCall)), context));
        return Math.Max(1, plain / auto);
    }

    private static double Prefill(int tokens, PassCosts costs)
    {
        var cost = 0.0;
        for (var read = 0; read < tokens; read += PrefillChunk) cost += costs.Cost(Math.Min(PrefillChunk, tokens - read), read);
        return cost;
    }
}
