using NGrammys.ServiceDefaults;
using NGrammys.ServiceDefaults.Clustering;
using Npgsql;

namespace NGrammys.Silo.Clustering;

/// <summary>The tables in which the silos of a cluster find each other, and the statements with which Orleans' ADO.NET provider uses them.</summary>
/// <remarks>
/// The provider brings no SQL: it reads its statements by name from a table <c>OrleansQuery</c>. Names of parameters and result columns are its own, all
/// else is ours. A change of members raises the version in the same statement, and does nothing where somebody else has raised it before.
/// </remarks>
internal static class MemberTables
{
    private const string Tables = """
        CREATE TABLE IF NOT EXISTS cluster (name text PRIMARY KEY, version integer NOT NULL);

        CREATE TABLE IF NOT EXISTS cluster_member (
            cluster        text NOT NULL REFERENCES cluster (name),
            address        text NOT NULL,
            port           integer NOT NULL,
            generation     integer NOT NULL,  -- start of the process: one that is started again is another member
            silo           text NOT NULL,
            host           text NOT NULL,
            status         integer NOT NULL,  -- SiloStatus: 3 active, 6 dead
            gateway        integer NOT NULL,  -- port; 0 = none
            suspects       text,              -- who suspects it, since when
            started        timestamptz NOT NULL,
            alive          timestamptz NOT NULL,
            PRIMARY KEY (cluster, address, port, generation)
        );

        CREATE TABLE IF NOT EXISTS OrleansQuery (QueryKey text PRIMARY KEY, QueryText text NOT NULL);
        """;

    private const string ThisMember = "m.address = @Address AND m.port = @Port AND m.generation = @Generation";

    private const string Read = """
        SELECT c.name AS "DeploymentId", m.address AS "Address", m.port AS "Port", m.generation AS "Generation", m.silo AS "SiloName", m.host AS "HostName",
            m.status AS "Status", m.gateway AS "ProxyPort", m.suspects AS "SuspectTimes", m.started AS "StartTime", m.alive AS "IAmAliveTime",
            c.version AS "Version"
        FROM cluster c LEFT JOIN cluster_member m ON m.cluster = c.name
        """;

    private static readonly Dictionary<string, string> Statements = new()
    {
        ["MembershipReadAllKey"] = $"{Read} WHERE c.name = @DeploymentId",
        ["MembershipReadRowKey"] = $"{Read} AND {ThisMember} WHERE c.name = @DeploymentId",
        ["InsertMembershipVersionKey"] = """
            WITH added AS (INSERT INTO cluster VALUES (@DeploymentId, 0) ON CONFLICT DO NOTHING RETURNING 1) SELECT count(*)::integer FROM added
            """,
        ["InsertMembershipKey"] = $"""
            WITH raised AS (
                UPDATE cluster c SET version = version + 1
                WHERE c.name = @DeploymentId AND c.version = @Version
                    AND NOT EXISTS (SELECT 1 FROM cluster_member m WHERE m.cluster = c.name AND {ThisMember})
                RETURNING c.name),
            added AS (
                INSERT INTO cluster_member (cluster, address, port, generation, silo, host, status, gateway, started, alive)
                SELECT name, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM raised
                RETURNING 1)
            SELECT count(*)::integer FROM added
            """,
        ["UpdateMembershipKey"] = $"""
            WITH raised AS (
                UPDATE cluster c SET version = version + 1
                WHERE c.name = @DeploymentId AND c.version = @Version
                    AND EXISTS (SELECT 1 FROM cluster_member m WHERE m.cluster = c.name AND {ThisMember})
                RETURNING c.name),
            changed AS (
                UPDATE cluster_member m SET status = @Status, suspects = @SuspectTimes, alive = greatest(m.alive, @IAmAliveTime)
                FROM raised WHERE m.cluster = raised.name AND {ThisMember}
                RETURNING 1)
            SELECT count(*)::integer FROM changed
            """,
        ["UpdateIAmAlivetimeKey"] =
            $"UPDATE cluster_member m SET alive = greatest(m.alive, @IAmAliveTime) WHERE m.cluster = @DeploymentId AND {ThisMember}",
        ["GatewaysQueryKey"] = """
            SELECT address AS "Address", gateway AS "ProxyPort", generation AS "Generation" FROM cluster_member
            WHERE cluster = @DeploymentId AND status = @Status AND gateway > 0
            """,
        ["DeleteMembershipTableEntriesKey"] = """
            WITH members AS (DELETE FROM cluster_member WHERE cluster = @DeploymentId RETURNING 1), gone AS (SELECT count(*) FROM members)
            DELETE FROM cluster USING gone WHERE name = @DeploymentId
            """,
        ["CleanupDefunctSiloEntriesKey"] =
            "DELETE FROM cluster_member WHERE cluster = @DeploymentId AND status = 6 AND alive < @IAmAliveTime AND started < @IAmAliveTime",
        ["CleanupDefunctSiloEntryKey"] =
            $"DELETE FROM cluster_member m WHERE m.cluster = @DeploymentId AND m.status = 6 AND {ThisMember} AND m.alive = @IAmAliveTime",
    };

    /// <summary>Makes the tables where they are missing. Several silos may start at once.</summary>
    /// <exception cref="HostingException">The database refuses.</exception>
    public static async Task PrepareAsync(ClusterSettings settings)
    {
        try
        {
            await using var source = NpgsqlDataSource.Create(settings.Database);
            await using var connection = await source.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await RunAsync(connection, "SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ' members', 20090101))");
            await RunAsync(connection, Tables);
            foreach (var (key, text) in Statements)
            {
                await RunAsync(connection,
                    "INSERT INTO OrleansQuery VALUES ($1, $2) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText", key, text);
            }

            await transaction.CommitAsync();
        }
        catch (NpgsqlException e)
        {
            throw new HostingException($"Cluster:Database cannot hold the list of members: {e.Message}", e);
        }
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, params string[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync();
    }
}
