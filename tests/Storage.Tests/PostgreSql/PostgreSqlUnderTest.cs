using NGrammys.Storage.PostgreSql;
using Npgsql;

namespace NGrammys.Storage.Tests.PostgreSql;

/// <summary>A store in a schema of its own, which goes with it.</summary>
internal sealed class PostgreSqlUnderTest : StoreUnderTest
{
    private PostgreSqlStore? _store;

    public string Schema { get; } = $"test_{Guid.NewGuid():N}";

    /// <summary>Connection string to the schema, once the store is open.</summary>
    public string Connection { get; private set; } = "";

    public PostgreSqlStore Store => _store!;

    public override IConversationStore Conversations => Store;

    public override ITranscriptStore Transcript => Store;

    public override IQuotaStore Quotas => Store;

    public override async ValueTask OpenAsync()
    {
        await ConnectAsync();
        _store = await PostgreSqlStore.OpenAsync(Connection, Time);
    }

    /// <summary>Finds the server, without a store on it.</summary>
    public async Task ConnectAsync() =>
        Connection = new NpgsqlConnectionStringBuilder(await PostgreSqlServer.ConnectionAsync()) { SearchPath = Schema }.ConnectionString;

    /// <summary>A connection beside the store's.</summary>
    public async Task<NpgsqlConnection> ForeignAsync()
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Connection) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>Runs a statement beside the store.</summary>
    public async Task<object?> RunAsync(string sql)
    {
        await using var connection = await ForeignAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        if (Connection.Length == 0)
            return;
        if (_store is not null)
            await _store.DisposeAsync();
        await RunAsync($"DROP SCHEMA IF EXISTS {Schema} CASCADE");
    }
}
