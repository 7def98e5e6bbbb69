using System.Text;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Storage;

namespace NGrammys.Grains.Conversations;

/// <summary>The part of a text that shows why it was found: around the first place of what was looked for, on one line.</summary>
internal static class Snippet
{
    // In UTF-16 units; about two lines of a list.
    private const int Before = 30;
    private const int Longest = 160;

    public static FoundConversation Of(SearchHit hit, SearchTerms terms)
    {
        var text = Around(hit.Text, terms);
        return new FoundConversation
        {
            Conversation = Views.Summary(hit.Conversation),
            Message = hit.Message,
            Snippet = text,
            Marks = Marks(text, terms),
        };
    }

    private static string Around(string text, SearchTerms terms)
    {
        var first = Math.Max(0, terms.All.Select(term => text.IndexOf(term, StringComparison.OrdinalIgnoreCase)).Where(at => at >= 0).DefaultIfEmpty().Min());
        var start = Whole(text, Math.Max(0, first - Before));
        var end = Whole(text, Math.Min(text.Length, start + Longest));
        var line = new StringBuilder(start > 0 ? "…" : "");
        foreach (var c in text.AsSpan(start..end))
        {
            if (!char.IsWhiteSpace(c)) line.Append(c);
            else if (line.Length > 0 && line[^1] != ' ') line.Append(' ');
        }

        return line.Append(end < text.Length ? "…" : "").ToString();
    }

    /// <summary>A place that is not inside a surrogate pair.</summary>
    private static int Whole(string text, int at) => at > 0 && at < text.Length && char.IsLowSurrogate(text[at]) ? at - 1 : at;

    /// <summary>Where the terms stand, in order; what overlaps is one mark.</summary>
    private static TextMark[] Marks(string text, SearchTerms terms)
    {
        var marked = new bool[text.Length + 1];
        foreach (var term in terms.All)
        {
            for (var at = 0; (at = text.IndexOf(term, at, StringComparison.OrdinalIgnoreCase)) >= 0; at += term.Length)
                marked.AsSpan(at, Math.Min(term.Length, text.Length - at)).Fill(true);
        }

        var marks = new List<TextMark>();
        for (var i = 0; i < text.Length; i++)
        {
            if (!marked[i]) continue;
            var start = i;
            while (marked[i]) i++;
            marks.Add(new TextMark(start, i - start));
        }

        return [.. marks];
    }
}
