using Npgsql;
using NpgsqlTypes;

namespace NGrammys.Storage.PostgreSql;

/// <summary>One column of many rows, as the parameter of a statement that writes them at once.</summary>
internal static class PostgreSqlColumn
{
    public static NpgsqlParameter Of<TRow, T>(NpgsqlDbType type, IReadOnlyList<TRow> rows, Func<TRow, T> value) =>
        new() { NpgsqlDbType = NpgsqlDbType.Array | type, Value = rows.Select(value).ToArray() };

    public static NpgsqlParameter Text<TRow>(IReadOnlyList<TRow> rows, Func<TRow, string?> value) =>
        Of(NpgsqlDbType.Text, rows, row => value(row) is { } text ? PostgreSqlValue.Text(text) : null);

    public static NpgsqlParameter Time<TRow>(IReadOnlyList<TRow> rows, Func<TRow, DateTimeOffset> value) =>
        Of(NpgsqlDbType.Bigint, rows, row => value(row).ToUnixTimeMilliseconds());

    /// <summary>The columns of transcript rows, in the order in which every statement that writes them names them.</summary>
    public static NpgsqlParameter[] Rows<TRow>(IReadOnlyList<TRow> rows, Func<TRow, TranscriptRow> row) =>
    [
        Of(NpgsqlDbType.Integer, rows, r => row(r).Choice),
        Of(NpgsqlDbType.Integer, rows, r => row(r).Position),
        Of(NpgsqlDbType.Integer, rows, r => row(r).Step),
        Of(NpgsqlDbType.Bytea, rows, r => NumberBlob.Of(row(r).Tokens)),
        Of(NpgsqlDbType.Bytea, rows, r => row(r).Sources),
        Of(NpgsqlDbType.Bytea, rows, r => NumberBlob.Of(row(r).Survival)),
        Of(NpgsqlDbType.Integer, rows, r => row(r).Drafted),
        Of(NpgsqlDbType.Integer, rows, r => row(r).TextOffset),
        Text(rows, r => row(r).Text),
    ];
}
