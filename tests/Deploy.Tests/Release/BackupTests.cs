using NGrammys.Storage;
using NGrammys.Storage.PostgreSql;
using NGrammys.Storage.Tests.PostgreSql;
using Npgsql;

namespace NGrammys.Deploy.Tests.Release;

/// <summary>A backup of a real database, made while it is used, is restored with every conversation in it.</summary>
public sealed class BackupTests
{
    private readonly string _suffix = Guid.NewGuid().ToString("n");

    [Fact]
    public async Task Backup_is_restored_with_what_was_in_it()
    {
        var server = await PostgreSqlServer.ConnectionAsync();
        var (before, after) = (await CreateAsync(server, "before"), await CreateAsync(server, "after"));
        var conversation = new ConversationId("acme", "ann", Guid.NewGuid());
        await using (var store = await PostgreSqlStore.OpenAsync(before, TimeProvider.System))
        {
            await store.CreateAsync(conversation, Guid.NewGuid(), "Plans for Sunday", "{}");
            using var folder = new ScratchFolder();
            var made = await RunAsync("backup.sh", before, folder);
            Assert.True(made.Code == 0, made.Errors);
            Assert.Contains("exists", (await RunAsync("backup.sh", before, folder)).Errors, StringComparison.Ordinal);
            var restored = await RunAsync("restore.sh", after, folder);
            Assert.True(restored.Code == 0, restored.Errors);
            Assert.Contains("restore into an empty one", (await RunAsync("restore.sh", after, folder)).Errors, StringComparison.Ordinal);
        }

        await using var copy = await PostgreSqlStore.OpenAsync(after, TimeProvider.System);
        Assert.Equal("Plans for Sunday", (await copy.LoadAsync(conversation))!.Header.Title);
    }

    /// <summary>Runs the command with this script as docs/operations/backup.md has it, with a database of the test's.</summary>
    private static Task<(int Code, string Output, string Errors)> RunAsync(string script, string connection, ScratchFolder folder)
    {
        var lines = File.ReadAllLines(Path.Combine(DeployFolder.Repository, "docs", "operations", "backup.md"));
        var command = lines.Single(line => line.StartsWith($"postgres/{script} ", StringComparison.Ordinal))
            .Replace("postgresql://ngrammys@db.internal/ngrammys", $"'{Uri(connection)}'", StringComparison.Ordinal).Replace("postgres/", $"{DeployFolder.Path("postgres")}/", StringComparison.Ordinal);
        return Shell.RunAsync("bash", ["-c", command], folder.Path);
    }

    private async Task<string> CreateAsync(string server, string name)
    {
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}_{_suffix}", connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return new NpgsqlConnectionStringBuilder(server) { Database = $"{name}_{_suffix}", SearchPath = "ngrammys", Pooling = false }.ConnectionString;
    }

    // As psql takes it.
    private static string Uri(string connection)
    {
        var parts = new NpgsqlConnectionStringBuilder(connection);
        return $"host={parts.Host} dbname={parts.Database} user={parts.Username}";
    }
}
