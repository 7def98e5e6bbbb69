using System.Text;

namespace NGrammys.Storage.PostgreSql;

/// <summary>How our values stand in the tables: times as milliseconds, numbers of a blob little-endian, text without the one character that PostgreSQL lacks.</summary>
internal static class PostgreSqlValue
{
    public static object From(object? value) => value switch
    {
        null => DBNull.Value,
        string text => Text(text),
        DateTimeOffset time => time.ToUnixTimeMilliseconds(),
        ulong number => unchecked((long)number),
        MessageRole role => role.ToString().ToLowerInvariant(),
        int[] numbers => NumberBlob.Of(numbers),
        _ => value,
    };

    /// <summary>
    /// U+0000, which a model may well say, stands as U+0001 a, and U+0001 as U+0001 b. Half a surrogate pair is no text and becomes U+FFFD, as in SQLite.
    /// </summary>
    public static string Text(string text)
    {
        if (text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
            text = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        return text.AsSpan().ContainsAny('\0', '\u0001')
            ? text.Replace("\u0001", "\u0001b", StringComparison.Ordinal).Replace("\0", "\u0001a", StringComparison.Ordinal)
            : text;
    }

    /// <summary>The text that <see cref="Text"/> has stored.</summary>
    public static string Original(string stored) => stored.Contains('\u0001', StringComparison.Ordinal)
        ? stored.Replace("\u0001a", "\0", StringComparison.Ordinal).Replace("\u0001b", "\u0001", StringComparison.Ordinal)
        : stored;
}
