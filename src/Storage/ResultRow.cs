using System.Data.Common;

namespace NGrammys.Storage;

/// <summary>One row of a query's result. Both databases hold the same columns; where one holds them in types of its own, its class says how.</summary>
/// <param name="reader">Stands on the row.</param>
internal abstract class ResultRow(DbDataReader reader)
{
    public abstract Guid Id(int column);

    public virtual string Text(int column) => reader.GetString(column);

    public int Integer(int column) => reader.GetInt32(column);

    public long Long(int column) => reader.GetInt64(column);

    /// <summary>Whether something is so; what is unknown is not.</summary>
    public bool Flag(int column) => !IsNull(column) && reader.GetBoolean(column);

    public DateTimeOffset Time(int column) => DateTimeOffset.FromUnixTimeMilliseconds(Long(column));

    public byte[] Bytes(int column) => reader.GetFieldValue<byte[]>(column);

    public int[] Integers(int column) => NumberBlob.Integers(Bytes(column));

    public float[] Singles(int column) => NumberBlob.Singles(Bytes(column));

    public int? OptionalInteger(int column) => IsNull(column) ? null : Integer(column);

    public Guid? OptionalId(int column) => IsNull(column) ? null : Id(column);

    public string? OptionalText(int column) => IsNull(column) ? null : Text(column);

    public DateTimeOffset? OptionalTime(int column) => IsNull(column) ? null : Time(column);

    private bool IsNull(int column) => reader.IsDBNull(column);
}
