using System.Text;

namespace NGrammys.Storage;

/// <summary>
/// What is looked for: pieces of text that must all occur in a title, or all in one message. A piece is found anywhere, also inside a word, so
/// that languages that put no spaces between words are searched like others; capitals do not matter.
/// </summary>
public sealed class SearchTerms
{
    // More than anybody types; each costs time.
    private const int Most = 8;
    private const int Longest = 100;

    private SearchTerms(string[] all) => All = all;

    /// <summary>The pieces; at least one, none empty.</summary>
    public IReadOnlyList<string> All { get; }

    /// <summary>Reads what a person typed, pieces between spaces. Null if there is nothing in it to look for, or too much.</summary>
    public static SearchTerms? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        // Half a surrogate pair is stored as U+FFFD, control characters are nothing that a person types.
        var whole = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        var pieces = string.Concat(whole.Select(c => char.IsWhiteSpace(c) ? ' ' : c).Where(c => !char.IsControl(c)))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        return pieces.Length is 0 or > Most || pieces.Any(piece => piece.Length > Longest) ? null : new SearchTerms(pieces);
    }

    /// <summary>Whether a text holds all of them.</summary>
    internal bool AreIn(string text) => All.All(term => Contains(text, term));

    /// <summary>Whether a text holds a piece.</summary>
    internal static bool Contains(string text, string term) => text.Contains(term, StringComparison.OrdinalIgnoreCase);
}
