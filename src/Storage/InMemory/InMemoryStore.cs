namespace NGrammys.Storage.InMemory;

/// <summary>All stores in the memory of the process: nothing survives it. For tests, and for servers that shall remember nothing.</summary>
public sealed class InMemoryStore(TimeProvider time) : IConversationStore, ITranscriptStore, IQuotaStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ConversationId, InMemoryConversation> _conversations = [];
    private readonly Dictionary<string, StoredQuota> _quotas = [];

    /// <inheritdoc/>
    public Task<CreateResult> CreateAsync(ConversationId id, Guid operation, string title, string settings, string? model = null) =>
        Task.FromResult(Add(id, operation, number => new InMemoryConversation(id, operation, title, settings, model, number, time)));

    /// <inheritdoc/>
    public Task<CreateResult> ImportAsync(ImportedConversation conversation, Guid operation) =>
        Task.FromResult(Add(conversation.Header.Id, operation, number => new InMemoryConversation(conversation, operation, number, time)));

    /// <inheritdoc/>
    public Task<IReadOnlyList<ConversationHeader>> ListAsync(string tenant, string owner, int limit)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<ConversationHeader>>([.. _conversations.Values
                .Where(c => !c.Deleted && c.Id.Tenant == tenant && c.Id.Owner == owner)
                .OrderByDescending(c => c.Header.Pinned).ThenByDescending(c => c.Updated).ThenByDescending(c => c.Number)
                .Take(limit).Select(c => c.Header)]);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<SearchHit>> SearchAsync(string tenant, string owner, SearchTerms terms, Guid? after, int limit)
    {
        lock (_lock)
        {
            var last = after is { } id ? _conversations.GetValueOrDefault(new ConversationId(tenant, owner, id)) : null;
            if (after is not null && last is null)
                return Task.FromResult<IReadOnlyList<SearchHit>>([]);
            return Task.FromResult<IReadOnlyList<SearchHit>>([.. _conversations.Values
                .Where(c => !c.Deleted && c.Id.Tenant == tenant && c.Id.Owner == owner)
                .Where(c => last is null || (c.Updated, c.Number).CompareTo((last.Updated, last.Number)) < 0)
                .OrderByDescending(c => c.Updated).ThenByDescending(c => c.Number)
                .Select(c => c.Find(terms)).OfType<SearchHit>().Take(limit)]);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ConversationId>> ListUnfinishedAsync(int limit)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<ConversationId>>([.. _conversations.Values
                .Where(c => c.RunningSince is not null).OrderBy(c => c.RunningSince).Take(limit).Select(c => c.Id)]);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ConversationId>> ListUntouchedAsync(DateTimeOffset before, int limit)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<ConversationId>>([.. _conversations.Values
                .Where(c => !c.Deleted && c.Updated < before && c.RunningSince is null).OrderBy(c => c.Updated).Take(limit).Select(c => c.Id)]);
        }
    }

    /// <inheritdoc/>
    public Task<ConversationHeader?> ReadHeaderAsync(ConversationId id) => With(id, c => c.Header, null);

    /// <inheritdoc/>
    public Task<StoredConversation?> LoadAsync(ConversationId id) => With(id, c => c.Load(), null);

    /// <inheritdoc/>
    public Task<Claim?> ClaimAsync(ConversationId id) => With(id, c => c.Claim(), null);

    /// <inheritdoc/>
    public Task<BeginTurnResult> BeginTurnAsync(Claim claim, NewTurn turn) =>
        With(claim.Conversation, c => c.BeginTurn(claim, turn), new BeginTurnResult(BeginTurnOutcome.Deleted));

    /// <inheritdoc/>
    public Task<int?> RaiseAttemptAsync(Claim claim, Guid turn) => With(claim.Conversation, c => c.RaiseAttempt(claim, turn), null);

    /// <inheritdoc/>
    public Task<bool> ChangeAsync(ConversationId id, ConversationChange change) => With(id, c => c.Change(change), false);

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(ConversationId id)
    {
        lock (_lock)
        {
            if (!_conversations.TryGetValue(id, out var conversation))
                return Task.FromResult(false);
            conversation.Delete();
            return Task.FromResult(true);
        }
    }

    /// <inheritdoc/>
    public Task<AppendResult> AppendAsync(TurnAppend append)
    {
        append.Validate();
        return With(append.Claim.Conversation, c => c.Append(append), new AppendResult(AppendOutcome.Deleted));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<TranscriptRow>> ReadAsync(ConversationId id, Guid turn, int choice, int from) =>
        With(id, c => c.Read(turn, choice, from), []);

    /// <inheritdoc/>
    public Task<int[]?> ReadPromptAsync(ConversationId id, Guid turn) => With(id, c => c.ReadPrompt(turn), null);

    /// <inheritdoc/>
    public Task<StoredQuota?> ReadAsync(string key)
    {
        lock (_lock) return Task.FromResult(_quotas.GetValueOrDefault(key));
    }

    /// <inheritdoc/>
    public Task<bool> WriteAsync(string key, StoredQuota quota)
    {
        lock (_lock)
        {
            if (_quotas.TryGetValue(key, out var stored) && stored.Version != quota.Version - 1) return Task.FromResult(false);
            _quotas[key] = quota;
            return Task.FromResult(true);
        }
    }

    private CreateResult Add(ConversationId id, Guid operation, Func<int, InMemoryConversation> create)
    {
        lock (_lock)
        {
            var known = _conversations.Values.FirstOrDefault(c =>
                c.Operation == operation && c.Id.Tenant == id.Tenant && c.Id.Owner == id.Owner) ?? _conversations.GetValueOrDefault(id);
            if (known is { Deleted: true })
                return new CreateResult(CreateOutcome.Deleted);
            if (known is not null)
                return known.Operation == operation ? new CreateResult(CreateOutcome.Repeated, known.Header) : new CreateResult(CreateOutcome.Conflict);

            var created = create(_conversations.Count);
            _conversations.Add(id, created);
            return new CreateResult(CreateOutcome.Created, created.Header);
        }
    }

    private Task<T> With<T>(ConversationId id, Func<InMemoryConversation, T> act, T absent)
    {
        lock (_lock)
        {
            return Task.FromResult(_conversations.TryGetValue(id, out var conversation) && !conversation.Deleted ? act(conversation) : absent);
        }
    }
}
