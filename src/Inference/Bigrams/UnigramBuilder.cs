using System.Numerics;
using NGrammys.Drafting;
using NGrammys.Inference.Models;
using NGrammys.Inference.Sampling;

namespace NGrammys.Inference.Bigrams;

/// <summary>Computes a model's unigram from its embeddings, without a forward pass.</summary>
/// <remarks>
/// N-Grammys (PMLR v262), section 4.1: p(x) ∝ exp(−‖u_x − ū‖_V), where u_x is token x's row of the output layer, ū the mean of all rows, and
/// ⟨a, b⟩_V = aᵀ VᵀV b with V the input embedding. The paper's appendix ranks by ⟨ū, u_x⟩_V instead, which is not its formula.
/// </remarks>
public static class UnigramBuilder
{
    // Rows of an embedding that are read at once, and those of them that one thread takes: both lie in its cache beside a row of VᵀV.
    private const int RowsPerBlock = 512;
    private const int RowsPerGroup = 32;

    /// <summary>Computes the table.</summary>
    /// <param name="input">[V, D] the input embedding.</param>
    /// <param name="output">[V, D] the output layer; the same where a model ties them.</param>
    /// <param name="progress">Receives the share that is done, in [0, 1].</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public static ModelUnigram Build(StoredTensor input, StoredTensor output, Action<double>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        var logits = Distances(input, output, progress, cancellationToken);
        foreach (ref var logit in logits.AsSpan()) logit = -logit;
        var tokens = new int[Math.Min(ModelUnigram.DefaultWidth, logits.Length)];
        TopTokens.Select(logits, tokens, new byte[tokens.Length]);
        var total = logits.Sum(logit => Math.Exp((double)logit - logits[tokens[0]]));
        return new ModelUnigram(logits.Length, tokens, Array.ConvertAll(tokens, token => (float)(Math.Exp((double)logits[token] - logits[tokens[0]]) / total)));
    }

    /// <summary>‖u_x − ū‖_V of every token. [V]</summary>
    internal static float[] Distances(StoredTensor input, StoredTensor output, Action<double>? progress = null, CancellationToken cancellationToken = default)
    {
        var (vocabulary, width) = (output.Shape[0], output.Shape[1]);
        var metric = new float[width * width];
        ForEachBlock(input, (rows, first) =>
        {
            Parallel.For(0, width, i =>
            {
                var sums = metric.AsSpan(i * width, width);
                for (var at = 0; at < rows.Length; at += width) AddScaled(rows[at + i], rows.AsSpan(at, width), sums);
            });
            progress?.Invoke(0.5 * first / vocabulary);
        }, cancellationToken);

        var mean = Mean(output, cancellationToken);
        var distances = new float[vocabulary];
        ForEachBlock(output, (rows, first) =>
        {
            for (var at = 0; at < rows.Length; at++) rows[at] -= mean[at % width];
            var count = rows.Length / width;
            Parallel.For(0, (count + RowsPerGroup - 1) / RowsPerGroup, group =>
            {
                var taken = Math.Min(RowsPerGroup, count - group * RowsPerGroup);
                Measure(metric, rows.AsSpan(group * RowsPerGroup * width, taken * width), distances.AsSpan(first + group * RowsPerGroup, taken));
            });
            progress?.Invoke(0.5 + 0.5 * (first + count) / vocabulary);
        }, cancellationToken);
        return distances;
    }

    // dᵀ M d of every row d. Each row of M is read once for all of them.
    private static void Measure(float[] metric, ReadOnlySpan<float> rows, Span<float> distances)
    {
        var width = rows.Length / distances.Length;
        Span<double> sums = stackalloc double[distances.Length];
        sums.Clear();
        for (var i = 0; i < width; i++)
        {
            var line = metric.AsSpan(i * width, width);
            for (var row = 0; row < sums.Length; row++) sums[row] += (double)rows[row * width + i] * Dot(line, rows.Slice(row * width, width));
        }

        // The metric is positive semidefinite; rounding is not.
        for (var row = 0; row < sums.Length; row++) distances[row] = (float)Math.Sqrt(Math.Max(0, sums[row]));
    }

    private static float[] Mean(StoredTensor matrix, CancellationToken cancellationToken)
    {
        var sums = new double[matrix.Shape[1]];
        ForEachBlock(matrix, (rows, _) =>
        {
            for (var at = 0; at < rows.Length; at++) sums[at % sums.Length] += rows[at];
        }, cancellationToken);
        return Array.ConvertAll(sums, sum => (float)(sum / matrix.Shape[0]));
    }

    private static void ForEachBlock(StoredTensor matrix, Action<float[], int> take, CancellationToken cancellationToken)
    {
        var (count, width) = (matrix.Shape[0], matrix.Shape[1]);
        for (var first = 0; first < count; first += RowsPerBlock)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var rows = new float[Math.Min(RowsPerBlock, count - first) * width];
            matrix.Read((long)first * width, rows);
            take(rows, first);
        }
    }

    private static void AddScaled(float factor, ReadOnlySpan<float> values, Span<float> sums)
    {
        var at = 0;
        for (; at <= values.Length - Vector<float>.Count; at += Vector<float>.Count)
        {
            Vector.FusedMultiplyAdd(new Vector<float>(factor), new Vector<float>(values[at..]), new Vector<float>(sums[at..])).CopyTo(sums[at..]);
        }

        for (; at < values.Length; at++) sums[at] += factor * values[at];
    }

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sums = Vector<float>.Zero;
        var at = 0;
        for (; at <= a.Length - Vector<float>.Count; at += Vector<float>.Count)
        {
            sums = Vector.FusedMultiplyAdd(new Vector<float>(a[at..]), new Vector<float>(b[at..]), sums);
        }

        var sum = Vector.Sum(sums);
        for (; at < a.Length; at++) sum += a[at] * b[at];
        return sum;
    }
}
