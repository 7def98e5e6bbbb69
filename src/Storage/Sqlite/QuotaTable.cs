namespace NGrammys.Storage.Sqlite;

/// <summary>What API keys have used: schema version 4.</summary>
internal static class QuotaTable
{
    public const string Sql = """
        CREATE TABLE quota (
            key     TEXT PRIMARY KEY,    -- hash of the API key
            version INTEGER NOT NULL,    -- number of the write
            state   TEXT NOT NULL        -- JSON
        ) STRICT, WITHOUT ROWID;
        """;

    public static StoredQuota? Read(SqliteDatabase database, string key) => database.First(
        "SELECT version, state FROM quota WHERE key = $key", row => new StoredQuota(row.Long(0), row.Text(1)!), ("$key", key));

    public static bool Write(SqliteDatabase database, string key, StoredQuota quota) => database.Execute(
        """
        INSERT INTO quota (key, version, state) VALUES ($key, $version, $state)
        ON CONFLICT (key) DO UPDATE SET version = excluded.version, state = excluded.state WHERE quota.version = excluded.version - 1
        """,
        ("$key", key), ("$version", quota.Version), ("$state", quota.State)) == 1;
}
