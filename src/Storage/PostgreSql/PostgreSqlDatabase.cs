using System.Data;
using Npgsql;

namespace NGrammys.Storage.PostgreSql;

/// <summary>Connections to one schema and what is asked over them: each call is one statement that commits by itself. Safe for concurrent callers.</summary>
internal sealed class PostgreSqlDatabase : IAsyncDisposable
{
    // Seconds that a statement, or a new connection, may take before the database counts as away. Ours take milliseconds.
    private const int LongestAnswer = 5;

    private readonly NpgsqlDataSource _source;

    /// <param name="connection">Connection string of Npgsql. Its Search Path names the schema; without one it is <c>ngrammys</c>.</param>
    /// <exception cref="StorageException">It is no connection string.</exception>
    public PostgreSqlDatabase(string connection)
    {
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(connection) { ApplicationName = "ngrammys", MaxAutoPrepare = 64, AutoPrepareMinUsages = 2 };
            Schema = settings.SearchPath = settings.SearchPath ?? "ngrammys";
            if (!settings.ShouldSerialize("Command Timeout")) settings.CommandTimeout = LongestAnswer;
            if (!settings.ShouldSerialize("Timeout")) settings.Timeout = LongestAnswer;
            // A network that swallows what is sent swallows a request to cancel, too: the connection is given up at once.
            settings.CancellationTimeout = -1;
            // A lock is waited for, not for ever; durable means flushed, whatever the server's default is; and statements as short as ours are not compiled.
            settings.Options = $"{settings.Options} -c lock_timeout=1s -c synchronous_commit=on -c jit=off".TrimStart();
            Name = $"PostgreSQL database '{settings.Database ?? settings.Username}' at {settings.Host ?? "localhost"}";
            _source = new NpgsqlDataSourceBuilder(settings.ConnectionString).Build();
        }
        catch (Exception failure) when (failure is ArgumentException or FormatException or KeyNotFoundException or OverflowException)
        {
            throw new StorageException(StorageError.Unavailable,
                "The connection string of PostgreSQL is not understood; write it like 'Host=db;Database=ngrammys;Username=ngrammys'.", failure);
        }
    }

    /// <summary>The schema that holds the tables.</summary>
    public string Schema { get; }

    /// <summary>What it is called in messages: without user and password.</summary>
    public string Name { get; }

    /// <summary>Creates or migrates the tables.</summary>
    public Task PrepareAsync() => GuardAsync(async () =>
    {
        await using var connection = await _source.OpenConnectionAsync().ConfigureAwait(false);
        await PostgreSqlSchema.PrepareAsync(connection, Schema).ConfigureAwait(false);
        return true;
    });

    /// <summary>All rows of a statement's result.</summary>
    public Task<List<T>> AllAsync<T>(string sql, Func<ResultRow, T> read, params object?[] values) => GuardAsync(async () =>
    {
        await using var command = _source.CreateCommand(sql);
        Bind(command.Parameters, values);
        await using var reader = await command.ExecuteReaderAsync().ConfigureAwait(false);
        return await RowsAsync(reader, read).ConfigureAwait(false);
    });

    /// <summary>The first row of a statement's result, or default if there is none.</summary>
    public async Task<T?> FirstAsync<T>(string sql, Func<ResultRow, T> read, params object?[] values)
    {
        var rows = await AllAsync(sql, read, values).ConfigureAwait(false);
        return rows.Count == 0 ? default : rows[0];
    }

    /// <summary>A conversation as of one moment: three queries on one snapshot. It takes no locks, so it may be open while answers travel.</summary>
    public Task<StoredConversation?> LoadAsync(ConversationId id) => GuardAsync(async () =>
    {
        await using var connection = await _source.OpenConnectionAsync().ConfigureAwait(false);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead).ConfigureAwait(false);
        await using var batch = new NpgsqlBatch(connection, snapshot);
        foreach (var sql in (string[])[PostgreSqlQueries.HeaderOf, PostgreSqlQueries.Messages, PostgreSqlQueries.Turns + " ORDER BY x.number"])
        {
            var command = new NpgsqlBatchCommand(sql);
            Bind(command.Parameters, [id.Tenant, id.Owner, id.Id]);
            batch.BatchCommands.Add(command);
        }

        await using var reader = await batch.ExecuteReaderAsync().ConfigureAwait(false);
        var header = await RowsAsync(reader, ResultRecords.Header).ConfigureAwait(false);
        await reader.NextResultAsync().ConfigureAwait(false);
        var messages = await RowsAsync(reader, ResultRecords.Message).ConfigureAwait(false);
        await reader.NextResultAsync().ConfigureAwait(false);
        var turns = await RowsAsync(reader, ResultRecords.Turn).ConfigureAwait(false);
        return header.Count == 0 ? null : new StoredConversation(header[0], messages, turns);
    });

    /// <summary>Several statements that are all stored or not at all. For rows that nobody else knows yet: what they lock, nobody waits for.</summary>
    public Task<T> InTransactionAsync<T>(Func<NpgsqlTransaction, Task<T>> act) => GuardAsync(async () =>
    {
        await using var connection = await _source.OpenConnectionAsync().ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync().ConfigureAwait(false);
        var result = await act(transaction).ConfigureAwait(false);
        await transaction.CommitAsync().ConfigureAwait(false);
        return result;
    });

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    /// <summary>Gives a statement its parameters, in order.</summary>
    public static void Bind(NpgsqlParameterCollection parameters, object?[] values)
    {
        foreach (var value in values)
            parameters.Add(value as NpgsqlParameter ?? new NpgsqlParameter { Value = PostgreSqlValue.From(value) });
    }

    private static async Task<List<T>> RowsAsync<T>(NpgsqlDataReader reader, Func<ResultRow, T> read)
    {
        var (row, rows) = (new PostgreSqlRow(reader), new List<T>());
        while (await reader.ReadAsync().ConfigureAwait(false))
            rows.Add(read(row));
        return rows;
    }

    private async Task<T> GuardAsync<T>(Func<Task<T>> act)
    {
        try
        {
            return await act().ConfigureAwait(false);
        }
        catch (Exception failure) when (PostgreSqlFailure.Is(failure))
        {
            throw PostgreSqlFailure.Explain(failure, Name);
        }
    }
}
