using NGrammys.Storage.InMemory;
using NGrammys.Storage.PostgreSql;
using NGrammys.Storage.Sqlite;

namespace NGrammys.Storage.Benchmarks;

/// <summary>The stores that are measured side by side, memory first, each empty.</summary>
internal sealed class Contenders : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ngrammys-benchmark-");

    private Contenders() { }

    public List<(string Name, IConversationStore Conversations, ITranscriptStore Transcript)> All { get; } = [];

    /// <param name="postgreSql">Connection string; null leaves PostgreSQL out. A schema of its own stays behind in the database.</param>
    public static async Task<Contenders> OpenAsync(string? postgreSql)
    {
        var contenders = new Contenders();
        contenders.Add("memory", new InMemoryStore(TimeProvider.System));
        contenders.Add("SQLite", SqliteStore.Open(Path.Combine(contenders._folder.FullName, "conversations.db"), TimeProvider.System));
        if (postgreSql is { Length: > 0 })
            contenders.Add("PostgreSQL", await PostgreSqlStore.OpenAsync($"{postgreSql};Search Path=benchmark_{Guid.NewGuid():N}", TimeProvider.System));
        return contenders;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, store, _) in All)
        {
            if (store is IAsyncDisposable disposable) await disposable.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    private void Add<TStore>(string name, TStore store) where TStore : IConversationStore, ITranscriptStore => All.Add((name, store, store));
}
