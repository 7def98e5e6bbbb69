using Microsoft.Data.Sqlite;

namespace NGrammys.Storage.Sqlite;

/// <summary>All stores in one SQLite file: the default of a server on one box. A write-ahead log, flushed before a write completes.</summary>
/// <remarks>One process at a time. Disposing writes what is queued.</remarks>
public sealed class SqliteStore : IConversationStore, ITranscriptStore, IQuotaStore, IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly FileStream _lock;
    private readonly SqliteReaders _readers;

    private SqliteStore(string path, TimeProvider time, FileStream fileLock, SqliteDatabase database)
    {
        _time = time;
        _lock = fileLock;
        Writer = new SqliteWriter(database, path);
        _readers = new SqliteReaders(path);
    }

    internal SqliteWriter Writer { get; }

    /// <summary>Opens the file, or makes it and its folder.</summary>
    /// <param name="path">The file; SQLite puts others with longer names beside it.</param>
    /// <param name="time">Source of the times that are stored.</param>
    /// <exception cref="StorageException">It is in use, damaged, of a newer version, no store, or not writable.</exception>
    public static SqliteStore Open(string path, TimeProvider time)
    {
        var fileLock = SqliteFileLock.Take(path);
        SqliteDatabase? database = null;
        try
        {
            database = new SqliteDatabase(path, SqliteOpenMode.ReadWriteCreate);
            SqliteSchema.Prepare(database, path);
            return new SqliteStore(path, time, fileLock, database);
        }
        catch (Exception failure)
        {
            database?.Dispose();
            fileLock.Dispose();
            if (failure is SqliteException sqlite)
                throw SqliteFailure.Explain(sqlite, path);
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<CreateResult> CreateAsync(ConversationId id, Guid operation, string title, string settings, string? model = null) =>
        Writer.WriteAsync(database => ConversationTable.Create(database, id, operation, title, settings, model, _time.GetUtcNow()));

    /// <inheritdoc/>
    public Task<CreateResult> ImportAsync(ImportedConversation conversation, Guid operation) =>
        Writer.WriteAsync(database => ImportWriter.Import(database, conversation, operation));

    /// <inheritdoc/>
    public Task<IReadOnlyList<ConversationHeader>> ListAsync(string tenant, string owner, int limit) =>
        _readers.ReadAsync<IReadOnlyList<ConversationHeader>>(database => ConversationTable.List(database, tenant, owner, limit));

    /// <inheritdoc/>
    public Task<IReadOnlyList<SearchHit>> SearchAsync(string tenant, string owner, SearchTerms terms, Guid? after, int limit) =>
        _readers.ReadAsync<IReadOnlyList<SearchHit>>(database => SearchQuery.Run(database, tenant, owner, terms, after, limit));

    /// <inheritdoc/>
    public Task<IReadOnlyList<ConversationId>> ListUnfinishedAsync(int limit) =>
        _readers.ReadAsync<IReadOnlyList<ConversationId>>(database => ConversationTable.Unfinished(database, limit));

    /// <inheritdoc/>
    public Task<IReadOnlyList<ConversationId>> ListUntouchedAsync(DateTimeOffset before, int limit) =>
        _readers.ReadAsync<IReadOnlyList<ConversationId>>(database => ConversationTable.Untouched(database, before, limit));

    /// <inheritdoc/>
    public Task<ConversationHeader?> ReadHeaderAsync(ConversationId id) => _readers.ReadAsync(database =>
        ConversationTable.Number(database, id) is { } number ? ConversationTable.Read(database, number) : null);

    /// <inheritdoc/>
    public Task<StoredConversation?> LoadAsync(ConversationId id) => _readers.ReadAsync(database =>
        ConversationTable.Number(database, id) is { } number
            ? new StoredConversation(
                ConversationTable.Read(database, number), MessageTable.All(database, number), TurnTable.All(database, number))
            : null);

    /// <inheritdoc/>
    public Task<Claim?> ClaimAsync(ConversationId id) => Writer.WriteAsync(database => ConversationTable.Claim(database, id));

    /// <inheritdoc/>
    public Task<BeginTurnResult> BeginTurnAsync(Claim claim, NewTurn turn) =>
        Writer.WriteAsync(database => TurnWriter.Begin(database, claim, turn, _time.GetUtcNow()));

    /// <inheritdoc/>
    public Task<int?> RaiseAttemptAsync(Claim claim, Guid turn) => Writer.WriteAsync(database =>
        ConversationTable.Number(database, claim) is (var number, true) ? TurnTable.RaiseAttempt(database, number, turn) : null);

    /// <inheritdoc/>
    public Task<bool> ChangeAsync(ConversationId id, ConversationChange change) => Writer.WriteAsync(database =>
    {
        if (ConversationTable.Number(database, id) is not { } number
            || (change.Leaf is not null && MessageTable.Find(database, number, change.Leaf) is null))
            return false;
        ConversationTable.Change(database, number, change);
        return true;
    });

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(ConversationId id) =>
        Writer.WriteAsync(database => ConversationTable.Delete(database, id, _time.GetUtcNow()));

    /// <inheritdoc/>
    public Task<AppendResult> AppendAsync(TurnAppend append)
    {
        append.Validate();
        return Writer.WriteAsync(database => TurnWriter.Append(database, append, _time.GetUtcNow()));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<TranscriptRow>> ReadAsync(ConversationId id, Guid turn, int choice, int from) =>
        _readers.ReadAsync<IReadOnlyList<TranscriptRow>>(database =>
            ConversationTable.Number(database, id) is { } number ? TranscriptTable.Read(database, number, turn, choice, from) : []);

    /// <inheritdoc/>
    public Task<int[]?> ReadPromptAsync(ConversationId id, Guid turn) => _readers.ReadAsync(database =>
        ConversationTable.Number(database, id) is { } number ? TurnTable.Prompt(database, number, turn) : null);

    /// <inheritdoc/>
    public Task<StoredQuota?> ReadAsync(string key) => _readers.ReadAsync(database => QuotaTable.Read(database, key));

    /// <inheritdoc/>
    public Task<bool> WriteAsync(string key, StoredQuota quota) => Writer.WriteAsync(database => QuotaTable.Write(database, key, quota));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _readers.Dispose();
        await Writer.DisposeAsync().ConfigureAwait(false);
        await _lock.DisposeAsync().ConfigureAwait(false);
    }
}
