using NGrammys.ServiceDefaults.Clustering;
using Npgsql;

namespace NGrammys.Cli.Diagnosis;

/// <summary>The database of a cluster.</summary>
internal static class DatabaseCheck
{
    // What the SQL of store and membership needs.
    private const int OldestVersion = 14;

    /// <summary>Asks it for its version and for the settings that durability rests on.</summary>
    public static async Task<Finding> LookAsync(ClusterSettings cluster)
    {
        try
        {
            await using var source = NpgsqlDataSource.Create(cluster.Database);
            await using var connection = await source.OpenConnectionAsync();
            await using var command = new NpgsqlCommand("SELECT current_setting('fsync'), current_setting('synchronous_commit')", connection);
            await using var reader = await command.ExecuteReaderAsync();
            await reader.ReadAsync();
            var (fsync, commit) = (reader.GetString(0), reader.GetString(1));
            var text = $"PostgreSQL {connection.PostgreSqlVersion}, fsync {fsync}, synchronous_commit {commit}";
            return new Finding("database", text,
                connection.PostgreSqlVersion.Major < OldestVersion ? $"Use PostgreSQL {OldestVersion} or newer."
                : fsync != "on" || commit == "off" ? "Turn both on: a token is shown when its commit is on disk, and these let the server say so too early."
                : null);
        }
        catch (NpgsqlException e)
        {
            return new Finding("database", $"it does not answer: {e.Message}", "Check Cluster:Database, the server, and what lies between.");
        }
    }
}
