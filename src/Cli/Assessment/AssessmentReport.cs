using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using NGrammys.Drafting;
using NGrammys.Drafting.Assessment;

namespace NGrammys.Cli.Assessment;

/// <summary>What every strategy would have saved, and whether the work is suited to speculation.</summary>
/// <param name="Turns">The replies.</param>
/// <param name="Results">Each strategy's replay, in the order asked for.</param>
/// <param name="Workloads">What the replies of each category are like.</param>
/// <param name="Measured">Whether costs come from a profile.</param>
internal sealed record AssessmentReport(
    IReadOnlyList<RecordedTurn> Turns,
    IReadOnlyList<(string Name, Replay Replay)> Results,
    IReadOnlyDictionary<string, Workload> Workloads,
    bool Measured)
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, WriteIndented = true };

    /// <summary>Replays all strategies.</summary>
    public static AssessmentReport Make(List<RecordedTurn> turns, List<(string Name, IStrategy Strategy)> strategies, PassCosts? costs, CancellationToken cancellationToken) => new(
        turns,
        [.. strategies.AsParallel().AsOrdered().Select(strategy => (strategy.Name, Replay.Run(turns, strategy.Strategy, costs ?? PassCosts.Free, cancellationToken)))],
        Workload.Measure(turns),
        costs is not null);

    private int Conversations => Turns.Select(turn => turn.Conversation).Distinct().Count();

    private int Tokens => Turns.Sum(turn => turn.Reply.Length);

    /// <summary>The strategy that verdicts are about: of several the last, for names stand from the simplest to the product's default.</summary>
    private Replay Judged => Results[^1].Replay;

    /// <summary>For programs.</summary>
    public string ToJson() => JsonSerializer.Serialize(
        new
        {
            traces = Conversations,
            turns = Turns.Count,
            tokens = Tokens,
            profile = Measured ? "measured" : "free",
            strategies = Results.Select(result => new
            {
                name = result.Name,
                tokens_per_call = Rounded(result.Replay.All.TokensPerCall),
                drafted_per_call = Rounded(result.Replay.All.DraftedPerCall),
                predicted_speedup = Rounded(result.Replay.All.Speedup),
                categories = result.Replay.Categories.ToDictionary(category => category.Key, category => Figures(category.Value)),
                contexts = Contexts(result.Replay).ToDictionary(context => context.Name, context => Figures(context.Tally)),
                calibration = result.Replay.All.Calibration.Select(decile => new { predicted = Rounded(decile.Predicted), observed = Rounded(decile.Observed), share = Rounded(decile.Share) }),
            }),
            verdicts = Verdicts.ToDictionary(verdict => verdict.Category, verdict => new
            {
                suited = verdict.Verdict.Suited,
                text = verdict.Verdict.Sentence,
                replies = Workloads[verdict.Category].Replies,
                mean_length = Rounded(Workloads[verdict.Category].MeanLength),
                repeated = Rounded(Workloads[verdict.Category].Repeated),
                familiar = Rounded(Workloads[verdict.Category].Familiar),
                surprising = Rounded(Workloads[verdict.Category].Surprising),
            }),
        },
        Readable);

    /// <summary>For people.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        Line(text, $"{Conversations} conversations, {Turns.Count} replies, {Tokens} tokens");
        Line(text, $"");
        Line(text, $"{"strategy",-28}{"tokens/call",12}{"drafted/call",14}{(Measured ? "speed-up" : "speed-up at most"),18}");
        foreach (var (name, replay) in Results) Row(text, name, replay.All);
        foreach (var (name, replay) in Results)
        {
            Line(text, $"");
            Line(text, $"{name} by category");
            foreach (var (category, tally) in replay.Categories) Row(text, "  " + category, tally);
            Line(text, $"{name} by context length");
            foreach (var (context, tally) in Contexts(replay)) Row(text, "  " + context, tally);
        }
        Line(text, $"");
        Line(text, $"Is this work suited? ({Results[^1].Name})");
        foreach (var (category, verdict) in Verdicts) Line(text, $"  {category}: {verdict.Sentence}");
        if (!Measured) Line(text, $"Speed-ups hold where a step costs the same whatever stands in it; measure your device with ngrammys profile and give --profile.");
        return text.ToString().TrimEnd();
    }

    private IEnumerable<(string Category, Verdict Verdict)> Verdicts =>
        Judged.Categories.Select(category => (category.Key, Verdict.Of(Workloads[category.Key], category.Value, Measured)));

    private static IEnumerable<(string Name, Tally Tally)> Contexts(Replay replay)
    {
        for (var length = 0; length < replay.Contexts.Count; length++)
        {
            if (replay.Contexts[length].Calls == 0) continue;
            var end = Replay.ContextLengths[length];
            var name = end < int.MaxValue ? $"up to {end}" : $"more than {Replay.ContextLengths[length - 1]}";
            yield return (name, replay.Contexts[length]);
        }
    }

    private static object Figures(Tally tally) => new
    {
        tokens = tally.Tokens,
        tokens_per_call = Rounded(tally.TokensPerCall),
        drafted_per_call = Rounded(tally.DraftedPerCall),
        predicted_speedup = Rounded(tally.Speedup),
    };

    private static void Row(StringBuilder text, string name, Tally tally) =>
        Line(text, $"{name,-28}{tally.TokensPerCall,12:F2}{tally.DraftedPerCall,14:F1}{tally.Speedup,18:F2}");

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private static double Rounded(double value) => Math.Round(value, 3);
}
