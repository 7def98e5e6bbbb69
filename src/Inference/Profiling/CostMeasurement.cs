using System.Diagnostics;
using NGrammys.Inference.Execution;

namespace NGrammys.Inference.Profiling;

/// <summary>Measures what forward passes cost: every size in every round, so that whatever else the machine does falls on all of them alike.</summary>
public static class CostMeasurement
{
    /// <summary>Tokens of a pass.</summary>
    public static readonly int[] Tokens = [1, 2, 4, 8, 16, 32, 64, 128];

    private const int Rounds = 15;
    private const int FewestRounds = 3;
    private static readonly TimeSpan LongEnough = TimeSpan.FromMinutes(1);
    private static readonly int[] Contexts = [32, 512, 2048, 8192];

    /// <summary>Lengths of context that a model is measured at.</summary>
    /// <param name="contextLength">Its own longest.</param>
    public static int[] ContextsOf(int contextLength)
    {
        var longest = contextLength - Tokens[^1];
        int[] shorter = [.. Contexts.Where(context => context <= longest)];
        // A model with a very short context is measured where it ends.
        return shorter.Length > 0 ? shorter : [Math.Max(0, longest)];
    }

    /// <summary>Measures.</summary>
    /// <param name="executor">Runs the passes; has rows for the longest context and the largest pass.</param>
    /// <param name="vocabulary">Number of tokens, V.</param>
    /// <param name="contexts">Lengths of context, ascending.</param>
    /// <param name="progress">Receives the share that is done.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <returns>[C][T] medians and distances of the quartiles, in seconds, and [C] medians of passes of the most tokens of which only the last one's logits are wanted,
    /// as in a prompt.</returns>
    public static (double[][] Seconds, double[][] Spread, double[] Prompt) Run(
        IForwardExecutor executor, int vocabulary, int[] contexts, Action<double>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(executor);
        ArgumentNullException.ThrowIfNull(contexts);
        var (batch, logits) = (new ForwardBatch(), new float[Tokens[^1] * vocabulary]);
        for (var read = 0; read < contexts[^1]; read += Tokens[^1])
        {
            cancellationToken.ThrowIfCancellationRequested();
            Pass(read, Math.Min(Tokens[^1], contexts[^1] - read), outputs: 0);
        }

        var samples = contexts.Select(_ => Tokens.Select(_ => new List<double>()).ToArray()).ToArray();
        var prompts = contexts.Select(_ => new List<double>()).ToArray();
        var started = Stopwatch.GetTimestamp();
        // The first round warms up and is not counted.
        for (var round = -1; round < Rounds && (round < FewestRounds || Stopwatch.GetElapsedTime(started) < LongEnough); round++)
        {
            for (var context = 0; context < contexts.Length; context++)
            {
                for (var size = 0; size < Tokens.Length; size++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var seconds = Pass(contexts[context], Tokens[size], outputs: Tokens[size]);
                    if (round >= 0) samples[context][size].Add(seconds);
                }

                var prompt = Pass(contexts[context], Tokens[^1], outputs: 1);
                if (round >= 0) prompts[context].Add(prompt);
            }

            progress?.Invoke((round + 2.0) / (Rounds + 1));
        }

        return (Each(samples, times => Quantile(times, 0.5)), Each(samples, times => Quantile(times, 0.75) - Quantile(times, 0.25)), Array.ConvertAll(prompts, times => Quantile(times, 0.5)));

        double Pass(int prefix, int count, int outputs)
        {
            batch.Clear();
            batch.BeginSlice(0, prefix);
            for (var i = 0; i < count; i++) batch.Add((prefix + i) % vocabulary, i - 1, output: i >= count - outputs);
            var from = Stopwatch.GetTimestamp();
            executor.Forward(batch, logits.AsSpan(0, batch.Outputs.Count * vocabulary));
            return Stopwatch.GetElapsedTime(from).TotalSeconds;
        }
    }

    private static double[][] Each(List<double>[][] samples, Func<List<double>, double> figure) =>
        [.. samples.Select(row => row.Select(figure).ToArray())];

    private static double Quantile(List<double> times, double share) => times.Order().ElementAt((int)Math.Round(share * (times.Count - 1)));
}
