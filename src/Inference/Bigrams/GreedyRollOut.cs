using NGrammys.Drafting;
using NGrammys.Inference.Execution;
using NGrammys.Inference.Sampling;

namespace NGrammys.Inference.Bigrams;

/// <summary>The extended bigram of the N-Grammys paper (PMLR v262, section 4.1) by greedy decoding: behind a token and each of its likeliest next tokens, what
/// the model itself says without any other context.</summary>
/// <remarks>
/// A token costs width - 1 passes, most of <c>rows</c> nodes each; the whole vocabulary, V of them, would take a small model hours on a processor.
/// So a token's rows are computed when it is first asked for, and kept. The other roll-out, by the table alone, is
/// <see cref="ModelBigram.Copy"/>. Not thread-safe.
/// </remarks>
public sealed class GreedyRollOut : IBigramRows
{
    private readonly IForwardExecutor _executor;
    private readonly ModelBigram _bigram;
    private readonly int _prefix;
    private readonly int _rows;
    private readonly int _width;
    private readonly int _extent;
    private readonly ForwardBatch _batch = new();
    private readonly float[] _logits;
    private readonly Dictionary<int, int[]> _known = [];

    /// <summary>Reads the prefix; everything else is computed when it is asked for.</summary>
    /// <param name="executor">Runs the passes; its first <see cref="KvRows"/> rows are overwritten, and nobody else may write to them.</param>
    /// <param name="bigram">The model's table, which names the first token of each row.</param>
    /// <param name="prefix">Tokens that stand before each: those of the table, see <see cref="BigramFile.PrefixOf"/>.</param>
    /// <param name="rows">Most rows that will be asked for, k.</param>
    /// <param name="width">Most tokens of a row that will be asked for, w.</param>
    /// <exception cref="ArgumentException">The executor has too few rows.</exception>
    public GreedyRollOut(IForwardExecutor executor, ModelBigram bigram, ReadOnlySpan<int> prefix, int rows, int width)
    {
        ArgumentNullException.ThrowIfNull(executor);
        ArgumentNullException.ThrowIfNull(bigram);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfLessThan(executor.KvRows, KvRows(prefix.Length, rows, width), nameof(executor));
        (_executor, _bigram, _prefix, _rows, _width) = (executor, bigram, prefix.Length, Math.Min(rows, bigram.Width), width);
        _extent = Extent(prefix.Length, width);
        _logits = new float[_rows * bigram.Vocabulary];
        if (prefix.Length > 0) Read(prefix);
    }

    /// <summary>Rows of the KV cache that an executor needs for it.</summary>
    /// <param name="prefix">Number of tokens that stand before each.</param>
    /// <param name="rows">k.</param>
    /// <param name="width">w.</param>
    public static int KvRows(int prefix, int rows, int width) => rows * Extent(prefix, width);

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The continuations are longer than the roll-out was made for.</exception>
    public int Copy(int token, int width, Span<int> rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, _width);
        // A text in another model's ids is not our error to report.
        if ((uint)token >= (uint)_bigram.Vocabulary) return 0;
        if (!_known.TryGetValue(token, out var known)) _known[token] = known = RollOut(token);
        var count = Math.Min(rows.Length / width, _rows);
        for (var row = 0; row < count; row++) known.AsSpan(row * _width, width).CopyTo(rows[(row * width)..]);
        return count;
    }

    // The prefix, the token, and of a row all but its last token.
    private static int Extent(int prefix, int width) => prefix + width;

    // Each row has keys and values of its own: rows do not see each other, and from the second pass on they differ.
    private void Read(ReadOnlySpan<int> prefix)
    {
        for (var row = 0; row < _rows; row++)
        {
            var first = _batch.Count;
            _batch.BeginSlice(row * _extent, 0);
            foreach (var token in prefix) _batch.Add(token, _batch.Count == first ? -1 : _batch.Count - 1, output: false);
        }

        _executor.Forward(_batch, []);
    }

    private int[] RollOut(int token)
    {
        var path = new int[_rows * _width];
        for (var row = 0; row < _rows; row++) path[row * _width] = _bigram.Next(token)[row];
        for (var depth = 1; depth < _width; depth++)
        {
            _batch.Clear();
            for (var row = 0; row < _rows; row++)
            {
                var parent = -1;
                _batch.BeginSlice(row * _extent, depth == 1 ? _prefix : _prefix + depth);
                if (depth == 1) parent = _batch.Add(token, -1, output: false);
                _batch.Add(path[row * _width + depth - 1], parent, output: true);
            }

            _executor.Forward(_batch, _logits);
            for (var row = 0; row < _rows; row++)
            {
                path[row * _width + depth] = TokenSampler.ArgMax(_logits.AsSpan(row * _bigram.Vocabulary, _bigram.Vocabulary));
            }
        }

        return path;
    }
}
