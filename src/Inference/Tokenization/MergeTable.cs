namespace NGrammys.Inference.Tokenization;

/// <summary>What two neighbouring tokens become, and how urgent that is.</summary>
/// <param name="Rank">The lowest goes first.</param>
/// <param name="Token">Id of the token that takes their place.</param>
internal readonly record struct Merge(int Rank, int Token);

/// <summary>The pairs of tokens that byte pair encoding merges. No pair makes a special token: no text merges into one. Read-only once filled.</summary>
internal sealed class MergeTable
{
    // Real tokens stay below 200; every way to cut one in two is tried.
    private const int MaxLength = 2048;

    private readonly Dictionary<(int Left, int Right), Merge> _pairs = [];

    private MergeTable() { }

    /// <summary>Pairs that are listed, best first, as tokenizer.json and merges.txt list them.</summary>
    /// <param name="vocabulary">Id of every token.</param>
    /// <param name="merges">The pairs.</param>
    /// <param name="special">Ids that no text may merge into.</param>
    /// <exception cref="FormatException">A pair, or what it makes, is outside the vocabulary.</exception>
    public static MergeTable Listed(
        IReadOnlyDictionary<string, int> vocabulary, IReadOnlyList<(string Left, string Right)> merges, IReadOnlySet<int> special)
    {
        var table = new MergeTable();
        table._pairs.EnsureCapacity(merges.Count);
        for (var rank = 0; rank < merges.Count; rank++)
        {
            var (left, right) = merges[rank];
            if (!vocabulary.TryGetValue(left, out var first) || !vocabulary.TryGetValue(right, out var second)
                || !vocabulary.TryGetValue(left + right, out var token))
                throw new FormatException($"the merge '{left} {right}' is outside the vocabulary");
            if (!special.Contains(token)) table._pairs[(first, second)] = new Merge(rank, token);
        }

        return table;
    }

    /// <summary>Every way to put a token together from two others, as tiktoken (by rank) and SentencePiece (by score) merge.</summary>
    /// <param name="vocabulary">Id of every token that text can become.</param>
    /// <param name="rank">Rank of a token by its id.</param>
    /// <exception cref="FormatException">A token is too long to be one.</exception>
    public static MergeTable Ranked(Dictionary<string, int> vocabulary, Func<int, int> rank)
    {
        var table = new MergeTable();
        var tokens = vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var (text, token) in vocabulary)
        {
            if (text.Length > MaxLength) throw new FormatException($"the token {token} has {text.Length} characters");
            for (var cut = 1; cut < text.Length; cut++)
            {
                if (tokens.TryGetValue(text.AsSpan(0, cut), out var left) && tokens.TryGetValue(text.AsSpan(cut), out var right))
                    table._pairs[(left, right)] = new Merge(rank(token), token);
            }
        }

        return table;
    }

    /// <summary>What a pair becomes; false if it stays two tokens.</summary>
    public bool TryGet(int left, int right, out Merge merge) => _pairs.TryGetValue((left, right), out merge);
}
