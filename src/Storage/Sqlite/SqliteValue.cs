using Microsoft.Data.Sqlite;

namespace NGrammys.Storage.Sqlite;

/// <summary>How our values stand in the file: ids as 16 bytes in reading order, times as milliseconds, numbers of a blob little-endian.</summary>
internal static class SqliteValue
{
    public static object From(object? value) => value switch
    {
        null => DBNull.Value,
        Guid id => id.ToByteArray(bigEndian: true),
        DateTimeOffset time => time.ToUnixTimeMilliseconds(),
        ulong number => unchecked((long)number),
        MessageRole role => role.ToString().ToLowerInvariant(),
        int[] numbers => NumberBlob.Of(numbers),
        float[] numbers => NumberBlob.Of(numbers),
        _ => value,
    };

    public static Guid Id(this SqliteDataReader reader, int column) => new(reader.GetFieldValue<byte[]>(column), bigEndian: true);

    public static Guid? OptionalId(this SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.Id(column);

    public static string? OptionalText(this SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    public static DateTimeOffset Time(this SqliteDataReader reader, int column) =>
        DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(column));

    public static DateTimeOffset? OptionalTime(this SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.Time(column);

    public static MessageRole Role(this SqliteDataReader reader, int column) => Enum.Parse<MessageRole>(reader.GetString(column), ignoreCase: true);

    public static byte[] Bytes(this SqliteDataReader reader, int column) => reader.GetFieldValue<byte[]>(column);

    public static int[] Integers(this SqliteDataReader reader, int column) => NumberBlob.Integers(reader.Bytes(column));

    public static float[] Singles(this SqliteDataReader reader, int column) => NumberBlob.Singles(reader.Bytes(column));
}
