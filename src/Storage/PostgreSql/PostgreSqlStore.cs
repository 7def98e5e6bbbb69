namespace NGrammys.Storage.PostgreSql;

/// <summary>All stores in a PostgreSQL database (15 or newer) that all servers of a cluster share. A write completes when the server has flushed it.</summary>
/// <remarks>Disposing sends what is queued.</remarks>
public sealed class PostgreSqlStore : IConversationStore, ITranscriptStore, IQuotaStore, IAsyncDisposable
{
    private readonly PostgreSqlDatabase _database;
    private readonly TimeProvider _time;

    private PostgreSqlStore(PostgreSqlDatabase database, TimeProvider time)
    {
        _database = database;
        _time = time;
        Appends = new PostgreSqlAppends(database, time);
    }

    internal PostgreSqlAppends Appends { get; }

    /// <summary>Connects, and creates or migrates the tables; several servers may do so at once.</summary>
    /// <param name="connection">Connection string of Npgsql. Its Search Path names the schema; without one it is <c>ngrammys</c>.</param>
    /// <param name="time">Source of the times that are stored.</param>
    /// <exception cref="StorageException">It cannot be reached, or the schema is a newer version's or another program's.</exception>
    public static async Task<PostgreSqlStore> OpenAsync(string connection, TimeProvider time)
    {
        var database = new PostgreSqlDatabase(connection);
        try
        {
            await database.PrepareAsync().ConfigureAwait(false);
            return new PostgreSqlStore(database, time);
        }
        catch
        {
            await database.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<CreateResult> CreateAsync(ConversationId id, Guid operation, string title, string settings, string? model = null)
    {
        var created = await _database.FirstAsync(
            """
            INSERT INTO conversation (tenant, owner, id, operation, title, settings, created, updated, model, epoch)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, 0) ON CONFLICT DO NOTHING
            RETURNING tenant, owner, id, title, settings, created, updated, leaf, pinned, false, model
            """,
            ResultRecords.Header, id.Tenant, id.Owner, id.Id, operation, title, settings, _time.GetUtcNow(), model).ConfigureAwait(false);
        if (created is not null)
            return new CreateResult(CreateOutcome.Created, created);
        return await KnownAsync(id, operation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<CreateResult> ImportAsync(ImportedConversation conversation, Guid operation)
    {
        var id = conversation.Header.Id;
        if (!await _database.InTransactionAsync(transaction => PostgreSqlImport.RunAsync(transaction, conversation, operation)).ConfigureAwait(false))
            return await KnownAsync(id, operation).ConfigureAwait(false);
        return await ReadHeaderAsync(id).ConfigureAwait(false) is { } header
            ? new CreateResult(CreateOutcome.Created, header)
            : new CreateResult(CreateOutcome.Deleted);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ConversationHeader>> ListAsync(string tenant, string owner, int limit) => await _database.AllAsync(
        PostgreSqlQueries.List, ResultRecords.Header, tenant, owner, limit).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SearchHit>> SearchAsync(string tenant, string owner, SearchTerms terms, Guid? after, int limit) =>
        await _database.AllAsync(
            PostgreSqlQueries.Search, ResultRecords.Hit, tenant, owner, terms.All.Select(PostgreSqlValue.Text).ToArray(), after, limit).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ConversationId>> ListUnfinishedAsync(int limit) => await _database.AllAsync(
        PostgreSqlQueries.Unfinished, ResultRecords.Id, limit).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ConversationId>> ListUntouchedAsync(DateTimeOffset before, int limit) => await _database.AllAsync(
        PostgreSqlQueries.Untouched, ResultRecords.Id, before, limit).ConfigureAwait(false);

    /// <inheritdoc/>
    public Task<ConversationHeader?> ReadHeaderAsync(ConversationId id) =>
        _database.FirstAsync(PostgreSqlQueries.HeaderOf, ResultRecords.Header, id.Tenant, id.Owner, id.Id);

    /// <inheritdoc/>
    public Task<StoredConversation?> LoadAsync(ConversationId id) => _database.LoadAsync(id);

    /// <inheritdoc/>
    public Task<Claim?> ClaimAsync(ConversationId id)
    {
        var token = Guid.NewGuid();
        return _database.FirstAsync(
            """
            UPDATE conversation SET epoch = epoch + 1, claimant = $4
            WHERE tenant = $1 AND owner = $2 AND id = $3 AND deleted IS NULL RETURNING epoch
            """,
            row => new Claim(id, row.Long(0), token), id.Tenant, id.Owner, id.Id, token);
    }

    /// <inheritdoc/>
    public async Task<BeginTurnResult> BeginTurnAsync(Claim claim, NewTurn turn)
    {
        var (id, message) = (claim.Conversation, turn.Message);
        var name = await _database.FirstAsync(
            "SELECT begin_turn($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
            row => row.Text(0),
            id.Tenant, id.Owner, id.Id, claim.Epoch, claim.Token, turn.Id, turn.Operation, turn.Parent, message?.Id, message?.Role, message?.Text,
            turn.Reply, turn.Settings, turn.Seed, turn.Fingerprint, turn.Choices, turn.Prompt, _time.GetUtcNow()).ConfigureAwait(false);
        var outcome = Enum.Parse<BeginTurnOutcome>(name!);
        if (outcome is not (BeginTurnOutcome.Begun or BeginTurnOutcome.Repeated))
            return new BeginTurnResult(outcome);
        var stored = await _database.FirstAsync(PostgreSqlQueries.Turns + " AND x.operation = $4", ResultRecords.Turn,
            id.Tenant, id.Owner, id.Id, turn.Operation).ConfigureAwait(false);
        return stored is null ? new BeginTurnResult(BeginTurnOutcome.Deleted) : new BeginTurnResult(outcome, stored);
    }

    /// <inheritdoc/>
    public Task<int?> RaiseAttemptAsync(Claim claim, Guid turn) => _database.FirstAsync<int?>(
        "SELECT raise_attempt($1, $2, $3, $4, $5, $6)", row => row.OptionalInteger(0),
        claim.Conversation.Tenant, claim.Conversation.Owner, claim.Conversation.Id, claim.Epoch, claim.Token, turn);

    /// <inheritdoc/>
    public Task<bool> ChangeAsync(ConversationId id, ConversationChange change) => _database.FirstAsync(
        "SELECT change_conversation($1, $2, $3, $4, $5, $6, $7, $8)", row => row.Flag(0),
        id.Tenant, id.Owner, id.Id, change.Title, change.Settings, change.Leaf, change.Pinned, change.Model);

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(ConversationId id) => _database.FirstAsync(
        "SELECT delete_conversation($1, $2, $3, $4)", row => row.Flag(0), id.Tenant, id.Owner, id.Id, _time.GetUtcNow());

    /// <inheritdoc/>
    public Task<AppendResult> AppendAsync(TurnAppend append)
    {
        append.Validate();
        return Appends.AppendAsync(append);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TranscriptRow>> ReadAsync(ConversationId id, Guid turn, int choice, int from) => await _database.AllAsync(
        PostgreSqlQueries.Rows, ResultRecords.Row, id.Tenant, id.Owner, id.Id, turn, choice, from).ConfigureAwait(false);

    /// <inheritdoc/>
    public Task<int[]?> ReadPromptAsync(ConversationId id, Guid turn) => _database.FirstAsync(
        PostgreSqlQueries.Prompt, row => row.Integers(0), id.Tenant, id.Owner, id.Id, turn);

    /// <inheritdoc/>
    public Task<StoredQuota?> ReadAsync(string key) =>
        _database.FirstAsync(PostgreSqlQuotas.Read, row => new StoredQuota(row.Long(0), row.Text(1)!), key);

    /// <inheritdoc/>
    public async Task<bool> WriteAsync(string key, StoredQuota quota) =>
        await _database.FirstAsync<long?>(PostgreSqlQuotas.Write, row => row.Long(0), key, quota.Version, quota.State).ConfigureAwait(false) is not null;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Appends.DisposeAsync().ConfigureAwait(false);
        await _database.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>What an operation answers that could create nothing.</summary>
    private async Task<CreateResult> KnownAsync(ConversationId id, Guid operation)
    {
        var known = await _database.FirstAsync(
            """
            SELECT id, operation = $4, deleted IS NOT NULL FROM conversation
            WHERE tenant = $1 AND owner = $2 AND (operation = $4 OR id = $3) ORDER BY operation = $4 DESC LIMIT 1
            """,
            row => (Id: row.Id(0), Repeated: row.Flag(1), Deleted: row.Flag(2)),
            id.Tenant, id.Owner, id.Id, operation).ConfigureAwait(false);
        if (known is { Deleted: false, Repeated: false })
            return new CreateResult(CreateOutcome.Conflict);
        var header = known.Deleted ? null : await ReadHeaderAsync(id with { Id = known.Id }).ConfigureAwait(false);
        return header is null ? new CreateResult(CreateOutcome.Deleted) : new CreateResult(CreateOutcome.Repeated, header);
    }
}
