using System.Text.Json;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Inference.Tokenization;

/// <summary>Every occurrence of one text becomes another; a step of normalizers and decoders.</summary>
/// <param name="From">Not empty.</param>
/// <param name="To">May be empty.</param>
internal sealed record TextReplacement(string From, string To)
{
    // A chain of replacements can double a text with every step; a file must not fill the memory with a word.
    private const int MaxLength = 16_000_000;

    /// <summary>Reads a "Replace".</summary>
    /// <exception cref="NotSupportedException">It replaces something else than a text.</exception>
    /// <exception cref="FormatException">It replaces nothing.</exception>
    public static TextReplacement Read(JsonElement element)
    {
        if (!element.GetProperty("pattern").TryGetProperty("String", out var from)) throw new NotSupportedException("a Replace of a regular expression");
        return from.GetString() is { Length: > 0 } text && element.GetProperty("content").GetString() is { } to
            ? new TextReplacement(text, to)
            : throw new FormatException("a Replace replaces nothing, or by nothing that is a text");
    }

    /// <summary>The text with every occurrence replaced.</summary>
    /// <exception cref="NGrammysException">It would be far too long.</exception>
    public string Apply(string text)
    {
        var length = text.Length + ((long)text.AsSpan().Count(From) * (To.Length - From.Length));
        return length <= Math.Max(MaxLength, text.Length)
            ? text.Replace(From, To, StringComparison.Ordinal)
            : throw new NGrammysException($"The tokenizer replaces '{Start(From)}' by a text so long that {length} characters would come of it; use another tokenizer.json.");
    }

    private static string Start(string text) => text.Length <= 20 ? text : text[..20];
}
