using NGrammys.Inference.Cpu;
using NGrammys.TestSupport;

namespace NGrammys.Exactness.Benchmarks;

/// <summary>Generated cases on small random models: every sequence of a mixed batch against its own plain reply. A difference ends the run with its seed.</summary>
internal static class GeneratedCases
{
    private const int CasesOfTrial = 500;

    public static async Task<object> RunAsync(int wanted, int firstSeed)
    {
        var (cases, batches, chunks) = (new int[3], new int[17], new SortedDictionary<int, int>());
        var families = new SortedDictionary<string, int>();
        var (reused, restored, preempted, rows) = (0L, 0L, 0L, new SortedDictionary<int, int>());
        var (tokens, drafted, accepted, constrained, forced, stopStrings, seed) = (0L, 0L, 0L, 0, 0L, 0, firstSeed);
        for (; cases.Sum() < wanted; seed++)
        {
            using var trial = new EqualityTrial(seed, (model, type, rows) => new CpuExecutor(model.Decoder, model.Weights, type, rows, threads: 1 + seed % 2), Family(seed));
            while (trial.Cases.Sum() < CasesOfTrial) await trial.RunAsync();
            for (var mode = 0; mode < cases.Length; mode++) cases[mode] += trial.Cases[mode];
            for (var size = 1; size < batches.Length; size++) batches[size] += trial.Batches[size];
            chunks[trial.Chunk] = chunks.GetValueOrDefault(trial.Chunk) + trial.Cases.Sum();
            (tokens, drafted, accepted) = (tokens + trial.Tokens, drafted + trial.Drafted, accepted + trial.Accepted);
            (constrained, forced, stopStrings) = (constrained + trial.Constrained, forced + trial.Forced, stopStrings + trial.WithStopStrings);
            (reused, restored, preempted) = (reused + trial.Reused, restored + trial.Restored, preempted + trial.Preempted);
            rows[trial.Rows] = rows.GetValueOrDefault(trial.Rows) + trial.Cases.Sum();
            families[Family(seed) ?? "llama"] = families.GetValueOrDefault(Family(seed) ?? "llama") + trial.Cases.Sum();
            Console.Error.Write($"\r{cases.Sum()} cases, seed {seed}");
        }

        Console.Error.WriteLine();
        return new
        {
            Cases = cases.Sum(),
            Off = cases[(int)DraftMode.Off],
            Auto = cases[(int)DraftMode.Auto],
            Adversarial = cases[(int)DraftMode.Adversarial],
            // A difference would have ended the run.
            Different = 0,
            Tokens = tokens,
            Drafted = drafted,
            Accepted = accepted,
            Constrained = constrained,
            ForcedTokensAccepted = forced,
            WithStopStrings = stopStrings,
            TokensReused = reused,
            RowsFromHostMemory = restored,
            Preemptions = preempted,
            CasesByKvRows = rows,
            CasesByFamily = families,
            Models = seed - firstSeed,
            FirstSeed = firstSeed,
            LastSeed = seed - 1,
            BatchesBySize = Enumerable.Range(1, 16).ToDictionary(size => size, size => batches[size]),
            CasesByPrefillChunk = chunks,
            Machine.Description,
        };
    }

    // Every other model is of Llama's family, stored in any type; the others are of all families in turn.
    private static string? Family(int seed) => seed % 2 == 0 ? null : TinyFamilies.Names.ElementAt(seed / 2 % TinyFamilies.Names.Count());
}
