using System.Runtime.InteropServices;

namespace NGrammys.Drafting.Assessment;

/// <summary>Prompt lookup decoding, the yardstick that others publish: the last 3, then 2, then 1 tokens, their first occurrence, the 10 tokens behind it.</summary>
public sealed class PromptLookup : IStrategy
{
    private const int LongestMatch = 3;
    private const int DraftLength = 10;

    private readonly List<int> _text = [];
    private readonly DraftTree _tree = new();

    /// <inheritdoc/>
    public void Begin(RecordedTurn turn)
    {
        ArgumentNullException.ThrowIfNull(turn);
        _text.Clear();
        _text.AddRange(turn.Prompt);
    }

    /// <inheritdoc/>
    public int Draft(out DraftTree tree)
    {
        tree = _tree;
        tree.Clear();
        var parent = DraftTree.Root;
        foreach (var token in LookUp(CollectionsMarshal.AsSpan(_text))) parent = tree.Add(token, parent, DraftSource.Context, 1);
        return tree.Count;
    }

    /// <inheritdoc/>
    public void Take(ReadOnlySpan<int> tokens) => _text.AddRange(tokens);

    private static ReadOnlySpan<int> LookUp(ReadOnlySpan<int> text)
    {
        for (var match = Math.Min(LongestMatch, text.Length - 1); match > 0; match--)
        {
            var at = text[..^1].IndexOf(text[^match..]);
            if (at >= 0) return text.Slice(at + match, Math.Min(DraftLength, text.Length - at - match));
        }
        return [];
    }
}
