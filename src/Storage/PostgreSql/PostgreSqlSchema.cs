using System.Data;
using Npgsql;

namespace NGrammys.Storage.PostgreSql;

/// <summary>How a schema of an earlier version, or none, becomes one of this version.</summary>
internal static class PostgreSqlSchema
{
    /// <summary>Stands in the table of the version and says that the schema is ours.</summary>
    private const string Application = "NGrammys";

    // Entry v makes a schema of version v + 1 out of one of version v. Entries are never changed once released.
    private static readonly string[] Migrations =
    [
        PostgreSqlTables.Sql + PostgreSqlFunctions.Sql + PostgreSqlAppendFunction.Sql,
        PostgreSqlLists.Sql,
        PostgreSqlQuotas.Sql,
        PostgreSqlModels.Sql,
        // Since here a schema says itself which earlier programs may go on with it.
        "ALTER TABLE schema_version ADD COLUMN oldest integer;",
    ];

    // Programs of this version and later go on with the tables, so that a release and the one before it run side by side, and a node may go back. A migration that
    // they would stumble over raises it.
    private const int Oldest = 5;

    /// <summary>Version of the schemas that this program writes.</summary>
    public static int Version => Migrations.Length;

    /// <summary>Recognises the schema and brings it to this version, in one transaction; of servers that start at once, one does it and the others wait.</summary>
    /// <exception cref="StorageException">It is somebody else's schema, or a newer version's that this one cannot go on with, or the database cannot hold every text.</exception>
    public static async Task PrepareAsync(NpgsqlConnection connection, string schema)
    {
        if (await AskAsync(connection, "SHOW server_encoding").ConfigureAwait(false) is not "UTF8")
        {
            throw new StorageException(StorageError.Unavailable,
                $"Database '{connection.Database}' cannot hold every language; create one with ENCODING 'UTF8' for this server.");
        }

        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted).ConfigureAwait(false);
        await RunAsync(connection, "SET LOCAL lock_timeout = 0").ConfigureAwait(false); // another server migrates: that may take its time
        await RunAsync(connection, "SELECT pg_advisory_xact_lock(hashtextextended($1, 20090101))", "ngrammys " + schema).ConfigureAwait(false);
        var version = await VersionAsync(connection, schema).ConfigureAwait(false);
        if (version > Version)
        {
            if (await AskAsync(connection, "SELECT (to_jsonb(schema_version) ->> 'oldest')::int FROM schema_version").ConfigureAwait(false) is int oldest && oldest <= Version) return;
            throw new StorageException(StorageError.Newer,
                $"Schema '{schema}' of database '{connection.Database}' was written by a newer version "
                + $"(schema {version}, this one knows {Version}); upgrade, or choose another database.");
        }

        if (version == 0)
        {
            await RunAsync(connection, $"CREATE SCHEMA IF NOT EXISTS {Quote(schema)}").ConfigureAwait(false);
            await RunAsync(connection, "CREATE TABLE schema_version (application text NOT NULL, version integer NOT NULL)").ConfigureAwait(false);
            await RunAsync(connection, "INSERT INTO schema_version VALUES ($1, 0)", Application).ConfigureAwait(false);
        }

        foreach (var migration in Migrations[version..])
            await RunAsync(connection, migration).ConfigureAwait(false);
        if (version < Version)
            await RunAsync(connection, "UPDATE schema_version SET version = $1, oldest = $2", Version, Oldest).ConfigureAwait(false);
        await transaction.CommitAsync().ConfigureAwait(false);
    }

    /// <summary>A name as SQL wants it.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>The schema's version; 0 for an empty or missing one.</summary>
    private static async Task<int> VersionAsync(NpgsqlConnection connection, string schema)
    {
        const string Relations = "SELECT count(*)::int FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = $1";
        if (await AskAsync(connection, Relations, schema).ConfigureAwait(false) is 0)
            return 0;
        var ours = await AskAsync(connection, Relations + " AND relname = 'schema_version'", schema).ConfigureAwait(false) is 1
            && await AskAsync(connection, "SELECT count(*)::int FROM information_schema.columns WHERE table_schema = $1 AND table_name = 'schema_version' "
                + "AND column_name IN ('application', 'version')", schema).ConfigureAwait(false) is 2
            && await AskAsync(connection, "SELECT max(application)::text FROM schema_version").ConfigureAwait(false) is Application;
        if (!ours)
        {
            throw new StorageException(StorageError.Corrupt,
                $"Schema '{schema}' of database '{connection.Database}' holds tables of another program; choose another database or another Search Path.");
        }

        return (int)(await AskAsync(connection, "SELECT version FROM schema_version").ConfigureAwait(false))!;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, params object[] values)
    {
        await using var command = Command(connection, sql, values);
        await command.ExecuteNonQueryAsync().ConfigureAwait(false);
    }

    private static async Task<object?> AskAsync(NpgsqlConnection connection, string sql, params object[] values)
    {
        await using var command = Command(connection, sql, values);
        return await command.ExecuteScalarAsync().ConfigureAwait(false);
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object[] values)
    {
        // Another server's migration is waited for, and one's own may take its time.
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }
}
