using System.Runtime.InteropServices;

namespace NGrammys.Drafting;

/// <summary>The mixed strategy of the N-Grammys paper (PMLR v262, section 4.3), for comparison: a rectangle of k rows of w tokens, the context's own
/// n-grams first, continuations by the model's bigram in the rows that are left.</summary>
/// <remarks>
/// The query is the last token alone (q = 1). Rows are the distinct continuations of w tokens behind its earlier occurrences, the most frequent first,
/// of equally frequent ones the latest; an occurrence counts once w tokens stand behind it. O(length) a step. Not thread-safe.
/// </remarks>
/// <param name="rows">k.</param>
/// <param name="width">w, in tokens.</param>
/// <param name="bigram">Fills the rows that the context leaves; null leaves them out.</param>
public sealed class PaperDrafter(int rows, int width, IBigramRows? bigram = null)
{
    private readonly List<int> _text = [];
    private readonly List<(int Start, int Count)> _found = []; // in the order of their first, that is latest, occurrence
    private readonly DraftTree _tree = new();
    private readonly int[] _filled = new int[rows * width];

    /// <summary>Number of tokens of the conversation.</summary>
    public int Length => _text.Count;

    /// <summary>Appends text, whoever chose it.</summary>
    public void Append(params ReadOnlySpan<int> tokens) => _text.AddRange(tokens);

    /// <summary>Forgets the tokens behind the first <paramref name="length"/>.</summary>
    /// <exception cref="ArgumentException">The length is negative or greater than <see cref="Length"/>.</exception>
    public void Truncate(int length) => _text.RemoveRange(length, _text.Count - length);

    /// <summary>Guesses what the model chooses next.</summary>
    /// <param name="tree">The rows with their common beginnings merged, which accepts the same tokens; it holds until the next call.</param>
    /// <returns>Tokens of the rectangle beyond the root: rows times width, unmerged as the paper verifies them.</returns>
    public int Draft(out DraftTree tree)
    {
        tree = _tree;
        tree.Clear();
        if (_text.Count == 0) return 0;
        ReadOnlySpan<int> text = CollectionsMarshal.AsSpan(_text);
        FindContinuations(text);
        var count = 0;
        for (; count < rows && _found.Count > 0; count++)
        {
            var best = 0;
            for (var other = 1; other < _found.Count; other++)
            {
                if (_found[other].Count > _found[best].Count) best = other;
            }
            AddRow(text.Slice(_found[best].Start, width), DraftSource.Context);
            _found.RemoveAt(best);
        }
        if (bigram is null || count == rows) return count * width;
        var fills = bigram.Copy(text[^1], width, _filled.AsSpan(0, (rows - count) * width));
        for (var fill = 0; fill < fills; fill++) AddRow(_filled.AsSpan(fill * width, width), DraftSource.ExtendedBigram);
        return (count + fills) * width;
    }

    private void FindContinuations(ReadOnlySpan<int> text)
    {
        _found.Clear();
        for (var end = text.Length - width; end > 0; end--)
        {
            end = text[..end].LastIndexOf(text[^1]) + 1;
            if (end == 0) return;
            var place = 0;
            while (place < _found.Count && !text.Slice(_found[place].Start, width).SequenceEqual(text.Slice(end, width))) place++;
            if (place == _found.Count) _found.Add((end, 1));
            else _found[place] = (_found[place].Start, _found[place].Count + 1);
        }
    }

    private void AddRow(ReadOnlySpan<int> row, DraftSource source)
    {
        var parent = DraftTree.Root;
        foreach (var token in row) parent = _tree.Add(token, parent, source, 0);
    }
}
