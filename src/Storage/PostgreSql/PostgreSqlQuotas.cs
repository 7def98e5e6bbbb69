namespace NGrammys.Storage.PostgreSql;

/// <summary>What API keys have used: schema version 3. Servers of earlier versions go on with it.</summary>
internal static class PostgreSqlQuotas
{
    public const string Sql = """
        CREATE TABLE quota (
            key     text PRIMARY KEY,   -- hash of the API key
            version bigint NOT NULL,    -- number of the write
            state   text NOT NULL       -- JSON
        );
        """;

    public const string Read = "SELECT version, state FROM quota WHERE key = $1";

    public const string Write = """
        INSERT INTO quota (key, version, state) VALUES ($1, $2, $3)
        ON CONFLICT (key) DO UPDATE SET version = excluded.version, state = excluded.state WHERE quota.version = excluded.version - 1
        RETURNING version
        """;
}
