using NGrammys.Drafting;

namespace NGrammys.Speculation.Benchmarks;

/// <summary>The paper's mixed strategy: k rows of w tokens, first what followed the last token earlier, then the model's extended bigram.</summary>
/// <remarks>Distinct continuations of w tokens are ranked by their count, then the latest first (PMLR v262, section 4.3).</remarks>
internal sealed class PaperStrategy(int rows, int width, ModelBigram bigram) : IStrategy
{
    private readonly DraftTree _tree = new();
    private int _verified;

    public string Name => $"paper ({rows},{width})";

    public void Begin(Turn turn)
    {
    }

    public DraftTree Draft(ReadOnlySpan<int> text)
    {
        _tree.Clear();
        var ranked = Continuations(text);
        for (var row = 0; row < ranked.Count; row++) Add(ranked[row]);
        Span<int> path = stackalloc int[width];
        for (var rank = 0; rank < rows - ranked.Count && rank < bigram.Width; rank++)
        {
            path[0] = bigram.Next(text[^1])[rank];
            bigram.RollOut(path[0], path[1..]);
            Add(path);
        }

        _verified = width * rows;
        return _tree;
    }

    public int Verified(DraftTree tree) => _verified;

    public void Observe(ReadOnlySpan<int> tokens, in VerifiedNodes verified)
    {
    }

    private List<int[]> Continuations(ReadOnlySpan<int> text)
    {
        var found = new Dictionary<string, (int[] Tokens, int Count, int Latest)>();
        for (var at = 0; at + width < text.Length; at++)
        {
            if (text[at] != text[^1]) continue;
            var tokens = text.Slice(at + 1, width).ToArray();
            var key = string.Join(' ', tokens);
            found[key] = (tokens, found.GetValueOrDefault(key).Count + 1, at);
        }

        return [.. found.Values.OrderByDescending(row => row.Count).ThenByDescending(row => row.Latest).Take(rows).Select(row => row.Tokens)];
    }

    private void Add(ReadOnlySpan<int> path)
    {
        var parent = DraftTree.Root;
        foreach (var token in path) parent = _tree.Add(token, parent, DraftSource.Context, 1);
    }
}
