namespace NGrammys.Inference.Tokenization;

/// <summary>What each token stands for in a reply: bytes of UTF-8, which may be part of a code point.</summary>
/// <param name="bytes">Bytes of every token, by id; ids that are missing stand for nothing.</param>
/// <param name="special">Ids of special tokens.</param>
/// <param name="stripsLeadingSpace">Whether a space that opens the text is no part of it, because encoding puts one there.</param>
internal sealed class TokenText(IReadOnlyDictionary<int, byte[]> bytes, IEnumerable<int> special, bool stripsLeadingSpace)
{
    private readonly HashSet<int> _special = [.. special];

    /// <summary>Whether a space that opens the text is left out.</summary>
    public bool StripsLeadingSpace { get; } = stripsLeadingSpace;

    /// <summary>One more than the largest id.</summary>
    public int Size { get; } = bytes.Count == 0 ? 0 : bytes.Keys.Max() + 1;

    /// <summary>Whether a token is special.</summary>
    public bool IsSpecial(int token) => _special.Contains(token);

    /// <summary>The bytes of a token; none for an id outside the vocabulary.</summary>
    public ReadOnlySpan<byte> this[int token] => bytes.TryGetValue(token, out var found) ? found : [];
}
