using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Inference.Tokenization;

/// <summary>What becomes of the matches of a <see cref="SplitPattern"/>.</summary>
internal enum SplitBehavior
{
    Isolated,
    Removed,
    Contiguous,
    MergedWithPrevious,
    MergedWithNext,
}

/// <summary>Cuts text at the matches of a regular expression, seeing code points where .NET sees UTF-16 units.</summary>
internal sealed class SplitPattern
{
    // Patterns come with the model. A good one takes microseconds for a word; one that tries every way to match a text without end is stopped.
    private const int MaxPatternLength = 10_000;
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(5);

    private static readonly char[] Likenesses = FindLikenesses();

    private readonly Regex _regex;
    private readonly SplitBehavior _behavior;
    private readonly bool _invert;

    /// <summary>Compiles the pattern.</summary>
    /// <param name="pattern">In the dialect that Oniguruma and .NET share.</param>
    /// <param name="behavior">What becomes of the matches.</param>
    /// <param name="invert">Whether matches and what lies between them change places.</param>
    /// <exception cref="ArgumentException">The pattern is outside the shared dialect.</exception>
    public SplitPattern(string pattern, SplitBehavior behavior, bool invert = false)
    {
        // Set operations and POSIX classes would be read as plain characters; characters beyond the BMP as two.
        if (pattern.Contains("&&", StringComparison.Ordinal) || pattern.Contains("[:", StringComparison.Ordinal) || pattern.Any(char.IsSurrogate))
            throw new ArgumentException($"The regular expression {pattern} is outside the supported dialect.");
        if (pattern.Length > MaxPatternLength) throw new ArgumentException($"A regular expression of {pattern.Length} characters is too long.");
        _regex = new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.Compiled, MaxTime);
        (_behavior, _invert) = (behavior, invert);
    }

    /// <summary>The parts of a text, in order; together they are the text, but for what is removed.</summary>
    /// <exception cref="NGrammysException">Matching takes too long.</exception>
    public List<string> Split(string text)
    {
        try
        {
            return Parts(text);
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new NGrammysException("The regular expression of the tokenizer takes too long for this text; shorten it, or use another tokenizer.json.", e);
        }
    }

    private List<string> Parts(string text)
    {
        var parts = new List<(int Start, int End)>();
        var afterMatch = false;
        foreach (var (start, end, match) in Pieces(text))
        {
            var join = parts.Count > 0 && _behavior switch
            {
                SplitBehavior.Contiguous => match == afterMatch,
                SplitBehavior.MergedWithPrevious => match && !afterMatch,
                SplitBehavior.MergedWithNext => !match && afterMatch,
                _ => false,
            };
            if (join) parts[^1] = (parts[^1].Start, end);
            else if (!(match && _behavior == SplitBehavior.Removed)) parts.Add((start, end));
            afterMatch = match;
        }

        return parts.ConvertAll(p => text[p.Start..p.End]);
    }

    private List<(int Start, int End, bool Match)> Pieces(string text)
    {
        var pieces = new List<(int, int, bool)>();
        var (likeness, offsets) = Flatten(text);
        var last = 0;
        var began = Stopwatch.GetTimestamp();
        foreach (var match in _regex.EnumerateMatches(likeness))
        {
            // Each match has its own limit; together they have this one, and a second more for every 100,000 characters.
            if (Stopwatch.GetElapsedTime(began) > MaxTime + TimeSpan.FromSeconds(text.Length / 100_000))
                throw new RegexMatchTimeoutException();
            var (start, end) = (offsets?[match.Index] ?? match.Index, offsets?[match.Index + match.Length] ?? (match.Index + match.Length));
            if (start > last) pieces.Add((last, start, _invert));
            if (end > start) pieces.Add((start, end, !_invert));
            last = end;
        }

        if (last < text.Length) pieces.Add((last, text.Length, _invert));
        return pieces;
    }

    /// <summary>A text of one char per code point that matches alike, and where its chars stand in the original (null: in the same place).</summary>
    private static (string Likeness, int[]? Offsets) Flatten(string text)
    {
        if (!text.Any(char.IsSurrogate)) return (text, null);
        var likeness = new StringBuilder(text.Length);
        var offsets = new List<int>(text.Length + 1);
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            offsets.Add(at);
            likeness.Append(rune.IsBmp ? (char)rune.Value : Likenesses[(int)Rune.GetUnicodeCategory(rune)]);
            at += rune.Utf16SequenceLength;
        }

        offsets.Add(at);
        return (likeness.ToString(), [.. offsets]);
    }

    // For each category a character of the BMP that patterns do not name.
    private static char[] FindLikenesses()
    {
        var found = new char[(int)UnicodeCategory.OtherNotAssigned + 1];
        for (var c = '\uFFFD'; c >= '\u0100'; c--) found[(int)char.GetUnicodeCategory(c)] = c;
        return found;
    }
}
