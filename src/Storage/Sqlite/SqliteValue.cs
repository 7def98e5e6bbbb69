namespace NGrammys.Storage.Sqlite;

/// <summary>How our values stand in the file: ids as 16 bytes in reading order, times as milliseconds, numbers of a blob little-endian.</summary>
internal static class SqliteValue
{
    public static object From(object? value) => value switch
    {
        null => DBNull.Value,
        Guid id => id.ToByteArray(bigEndian: true),
        DateTimeOffset time => time.ToUnixTimeMilliseconds(),
        bool flag => flag ? 1L : 0L,
        ulong number => unchecked((long)number),
        MessageRole role => role.ToString().ToLowerInvariant(),
        int[] numbers => NumberBlob.Of(numbers),
        float[] numbers => NumberBlob.Of(numbers),
        _ => value,
    };
}
