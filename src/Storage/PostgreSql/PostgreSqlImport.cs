using Npgsql;
using NpgsqlTypes;

namespace NGrammys.Storage.PostgreSql;

/// <summary>Writes a conversation that comes from elsewhere, table by table.</summary>
internal static class PostgreSqlImport
{
    private const string Header = """
        INSERT INTO conversation (tenant, owner, id, operation, title, settings, created, updated, leaf, pinned, model, epoch)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0) ON CONFLICT DO NOTHING RETURNING number
        """;

    private const string Messages = """
        INSERT INTO message (conversation, id, parent, role, text, created, operation)
        SELECT $1, u.id, u.parent, u.role, u.text, u.created, u.operation
        FROM unnest($2, $3, $4, $5, $6, $7) WITH ORDINALITY AS u (id, parent, role, text, created, operation, place) ORDER BY u.place
        """;

    private const string Turns = """
        INSERT INTO turn (conversation, id, operation, reply, settings, seed, fingerprint, choices, attempts, began, ended, finish, error, statistics, prompt)
        SELECT $1, u.id, u.operation, u.reply, u.settings, u.seed, u.fingerprint, u.choices, 1, u.began, u.ended, u.finish, u.error, u.statistics, u.prompt
        FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) WITH ORDINALITY
            AS u (id, operation, reply, settings, seed, fingerprint, choices, began, ended, finish, error, statistics, prompt, place) ORDER BY u.place
        """;

    private const string Rows = """
        INSERT INTO transcript (conversation, turn, choice, position, epoch, step, tokens, sources, survival, drafted, text_offset, text)
        SELECT $1, u.turn, u.choice, u.position, 0, u.step, u.tokens, u.sources, u.survival, u.drafted, u.text_offset, u.text
        FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11) AS u (turn, choice, position, step, tokens, sources, survival, drafted, text_offset, text)
        """;

    /// <summary>False if the id or the operation is taken.</summary>
    public static async Task<bool> RunAsync(NpgsqlTransaction transaction, ImportedConversation conversation, Guid operation)
    {
        var header = conversation.Header;
        await using var first = Command(transaction, Header,
            header.Id.Tenant, header.Id.Owner, header.Id.Id, operation, header.Title, header.Settings, header.Created, header.Updated, header.Leaf, header.Pinned,
            header.Model);
        if (await first.ExecuteScalarAsync().ConfigureAwait(false) is not long number)
            return false;

        var messages = conversation.Messages;
        await RunAsync(transaction, Messages, number,
            PostgreSqlColumn.Of(NpgsqlDbType.Uuid, messages, m => m.Id),
            PostgreSqlColumn.Of(NpgsqlDbType.Uuid, messages, m => m.Parent),
            PostgreSqlColumn.Text(messages, m => m.Role.ToString().ToLowerInvariant()),
            PostgreSqlColumn.Text(messages, m => m.Text),
            PostgreSqlColumn.Time(messages, m => m.Created),
            PostgreSqlColumn.Of(NpgsqlDbType.Uuid, messages, m => m.Operation)).ConfigureAwait(false);

        var turns = conversation.Turns.Select(imported => imported.Turn).ToList();
        await RunAsync(transaction, Turns, number,
            PostgreSqlColumn.Of(NpgsqlDbType.Uuid, turns, t => t.Id),
            PostgreSqlColumn.Of(NpgsqlDbType.Uuid, turns, t => t.Operation),
            PostgreSqlColumn.Of(NpgsqlDbType.Uuid, turns, t => t.Reply),
            PostgreSqlColumn.Text(turns, t => t.Settings),
            PostgreSqlColumn.Of(NpgsqlDbType.Bigint, turns, t => unchecked((long)t.Seed)),
            PostgreSqlColumn.Text(turns, t => t.Fingerprint),
            PostgreSqlColumn.Of(NpgsqlDbType.Integer, turns, t => t.Choices),
            PostgreSqlColumn.Time(turns, t => t.Began),
            PostgreSqlColumn.Time(turns, t => t.Ended!.Value),
            PostgreSqlColumn.Text(turns, t => t.End!.Finish),
            PostgreSqlColumn.Text(turns, t => t.End!.Error),
            PostgreSqlColumn.Text(turns, t => t.End!.Statistics),
            PostgreSqlColumn.Of(NpgsqlDbType.Bytea, conversation.Turns, t => NumberBlob.Of(t.Prompt))).ConfigureAwait(false);

        var rows = conversation.Turns.SelectMany(imported => imported.Rows.Select(row => (imported.Turn.Id, Row: row))).ToList();
        await RunAsync(transaction, Rows, [number, PostgreSqlColumn.Of(NpgsqlDbType.Uuid, rows, r => r.Id), .. PostgreSqlColumn.Rows(rows, r => r.Row)]).ConfigureAwait(false);
        return true;
    }

    private static async Task RunAsync(NpgsqlTransaction transaction, string sql, params object?[] values)
    {
        await using var command = Command(transaction, sql, values);
        await command.ExecuteNonQueryAsync().ConfigureAwait(false);
    }

    private static NpgsqlCommand Command(NpgsqlTransaction transaction, string sql, params object?[] values)
    {
        var command = new NpgsqlCommand(sql, transaction.Connection, transaction);
        PostgreSqlDatabase.Bind(command.Parameters, values);
        return command;
    }
}
