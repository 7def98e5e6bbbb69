using Npgsql;

namespace NGrammys.Storage.PostgreSql;

/// <inheritdoc/>
internal sealed class PostgreSqlRow(NpgsqlDataReader reader) : ResultRow(reader)
{
    public override Guid Id(int column) => reader.GetGuid(column);

    public override string Text(int column) => PostgreSqlValue.Original(base.Text(column));
}
