using System.Buffers;
using System.Globalization;
using System.Text;

namespace NGrammys.Inference.Tokenization;

/// <summary>A stretch of text: an added token, or plain text that lies between two.</summary>
/// <param name="Start">Index of its first char.</param>
/// <param name="End">Index behind its last char.</param>
/// <param name="Token">Id of the added token; null for plain text.</param>
internal readonly record struct TextSegment(int Start, int End, int? Token);

/// <summary>Cuts added tokens out of a text: at each place the longest one that begins there, left to right, never overlapping.</summary>
internal sealed class AddedTokenSplitter
{
    private readonly Dictionary<string, AddedToken>.AlternateLookup<ReadOnlySpan<char>> _byContent;
    private readonly Dictionary<char, int[]> _lengths;
    private readonly SearchValues<char> _firstChars;

    public AddedTokenSplitter(IEnumerable<AddedToken> tokens)
    {
        var byContent = new Dictionary<string, AddedToken>();
        foreach (var token in tokens)
        {
            // Two texts may be one once they are normalised, or nothing.
            if (token.Content.Length > 0) byContent.TryAdd(token.Content, token);
        }

        _byContent = byContent.GetAlternateLookup<ReadOnlySpan<char>>();
        _lengths = byContent.Keys.GroupBy(c => c[0], c => c.Length)
            .ToDictionary(g => g.Key, g => g.Distinct().OrderDescending().ToArray());
        _firstChars = SearchValues.Create([.. _lengths.Keys]);
    }

    /// <summary>The segments of a text, in order, none of them empty unless a token's white space was swallowed by the one before it.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="parseSpecial">Whether special tokens are cut out too; if not, their text stays plain.</param>
    public IEnumerable<TextSegment> Split(string text, bool parseSpecial)
    {
        var plain = 0;
        for (var at = NextStart(text, 0); at < text.Length; at = NextStart(text, at))
        {
            if (LongestAt(text.AsSpan(at)) is not { } token)
            {
                at++;
                continue;
            }

            var (start, end) = (at, at + token.Content.Length);
            at = end;
            if (token.Special && !parseSpecial) continue;
            if (token.SingleWord && (EndsWithWord(text.AsSpan(0, start)) || StartsWithWord(text.AsSpan(end)))) continue;
            if (token.StripsLeft) start = Math.Max(plain, text.AsSpan(0, start).TrimEnd().Length);
            if (token.StripsRight) end = text.Length - text.AsSpan(end).TrimStart().Length;
            if (plain < start) yield return new TextSegment(plain, start, null);
            yield return new TextSegment(start, end, token.Id);
            plain = end;
        }

        if (plain < text.Length) yield return new TextSegment(plain, text.Length, null);
    }

    /// <summary>Whether an added token's text begins a span.</summary>
    public bool Begins(ReadOnlySpan<char> text) => LongestAt(text) is not null;

    private int NextStart(string text, int from)
    {
        var next = text.AsSpan(from).IndexOfAny(_firstChars);
        return next < 0 ? text.Length : from + next;
    }

    private AddedToken? LongestAt(ReadOnlySpan<char> text)
    {
        if (!_lengths.TryGetValue(text[0], out var lengths)) return null;
        foreach (var length in lengths)
        {
            if (length <= text.Length && _byContent.TryGetValue(text[..length], out var token)) return token;
        }

        return null;
    }

    private static bool EndsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeLastFromUtf16(text, out var rune, out _) == OperationStatus.Done && IsWord(rune);

    private static bool StartsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeFromUtf16(text, out var rune, out _) == OperationStatus.Done && IsWord(rune);

    private static bool IsWord(Rune rune) => Rune.GetUnicodeCategory(rune) is <= UnicodeCategory.LetterNumber or UnicodeCategory.ConnectorPunctuation;
}
