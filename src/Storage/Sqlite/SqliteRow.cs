using Microsoft.Data.Sqlite;

namespace NGrammys.Storage.Sqlite;

/// <inheritdoc/>
internal sealed class SqliteRow(SqliteDataReader reader) : ResultRow(reader)
{
    public override Guid Id(int column) => new(Bytes(column), bigEndian: true);
}
