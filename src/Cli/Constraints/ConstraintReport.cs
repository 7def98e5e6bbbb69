using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Constraints;

namespace NGrammys.Cli.Constraints;

/// <summary>How the grammar engine does on many schemas.</summary>
/// <param name="Trials">What became of each.</param>
internal sealed record ConstraintReport(IReadOnlyList<ConstraintTrial> Trials)
{
    // Enough for the runtime to have compiled what is measured.
    private const int WarmUp = 40;

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, WriteIndented = true };

    private IEnumerable<ConstraintTrial> Compiled => Trials.Where(trial => trial.Refusal is null);

    private int Passing => Trials.Count(trial => trial.Passes);

    private int Refusals => Trials.Count(trial => trial.Refusal is not null);

    private int ValidationErrors => Trials.Count(trial => trial.Refused > 0);

    private int InvalidationErrors => Trials.Count(trial => trial.LetThrough > 0);

    private double[] Masks => [.. Compiled.SelectMany(trial => trial.MaskTimes).Order()];

    private double[] Compiles => [.. Compiled.Select(trial => trial.CompileTime).Order()];

    /// <summary>Runs all cases, the first of them once before.</summary>
    public static ConstraintReport Make(List<ConstraintCase> cases, ITokenizer tokenizer, int vocabularySize, CancellationToken cancellationToken)
    {
        var rehearsal = new ConstraintCompiler(tokenizer, vocabularySize);
        foreach (var @case in cases.Take(WarmUp)) ConstraintTrial.Run(@case, tokenizer, rehearsal);
        var compiler = new ConstraintCompiler(tokenizer, vocabularySize);
        var trials = new List<ConstraintTrial>();
        foreach (var @case in cases)
        {
            cancellationToken.ThrowIfCancellationRequested();
            trials.Add(ConstraintTrial.Run(@case, tokenizer, compiler));
        }

        return new ConstraintReport(trials);
    }

    /// <summary>For programs.</summary>
    public string ToJson() => JsonSerializer.Serialize(
        new
        {
            schemas = Trials.Count,
            passing = Passing,
            compile_errors = Refusals,
            validation_errors = ValidationErrors,
            invalidation_errors = InvalidationErrors,
            mask_us = new { p50 = At(Masks, 0.5), p95 = At(Masks, 0.95), p99 = At(Masks, 0.99) },
            compile_us = new { p50 = At(Compiles, 0.5), p95 = At(Compiles, 0.95) },
            masks = Masks.Length,
            refusals = Trials.Where(trial => trial.Refusal is not null).Select(trial => new { name = trial.Name, reason = trial.Refusal }),
            errors = Trials.Where(trial => trial.Refusal is null && !trial.Passes).Select(trial => new { name = trial.Name, refused = trial.Refused, let_through = trial.LetThrough }),
        },
        Readable);

    /// <summary>For people.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{Passing} of {Trials.Count} schemas pass ({100.0 * Passing / Trials.Count:0.0} %)");
        text.AppendLine(CultureInfo.InvariantCulture, $"{Refusals} refused, {ValidationErrors} refuse something valid, {InvalidationErrors} let something invalid through");
        text.AppendLine(CultureInfo.InvariantCulture, $"one of {Masks.Length} masks: {At(Masks, 0.5)} µs at the median, {At(Masks, 0.95)} at p95, {At(Masks, 0.99)} at p99");
        text.Append(CultureInfo.InvariantCulture, $"compile: {At(Compiles, 0.5) / 1000:0.00} ms at the median, {At(Compiles, 0.95) / 1000:0.00} at p95");
        foreach (var group in Trials.Where(trial => trial.Refusal is not null).GroupBy(trial => trial.Refusal!).OrderByDescending(group => group.Count()))
        {
            text.AppendLine().Append(CultureInfo.InvariantCulture, $"refused {group.Count()} times: {group.Key}");
        }

        foreach (var trial in Trials.Where(trial => trial.Refusal is null && !trial.Passes))
        {
            text.AppendLine().Append(CultureInfo.InvariantCulture, $"wrong: {trial.Name} refuses {trial.Refused} valid, lets {trial.LetThrough} invalid through");
        }

        return text.ToString();
    }

    private static double At(double[] sorted, double share) => sorted.Length == 0 ? 0 : Math.Round(sorted[(int)Math.Min(sorted.Length - 1, sorted.Length * share)], 1);
}
