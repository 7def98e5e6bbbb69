using NGrammys.Storage;

namespace NGrammys.Grains.Tests.Hosting;

/// <summary>The way of one silo to the store, which a test can cut.</summary>
internal sealed class CutStore(SwitchedStore store) : IConversationStore, ITranscriptStore, IQuotaStore
{
    private volatile bool _cut;

    /// <summary>Whether nothing gets through.</summary>
    public bool Cut
    {
        get => _cut;
        set => _cut = value;
    }

    /// <summary>Awaited before unfinished conversations are listed.</summary>
    public Func<Task>? OnAsked { get; set; }

    public Task<CreateResult> CreateAsync(ConversationId id, Guid operation, string title, string settings, string? model = null) =>
        Through(() => store.CreateAsync(id, operation, title, settings, model));

    public Task<CreateResult> ImportAsync(ImportedConversation conversation, Guid operation) => Through(() => store.ImportAsync(conversation, operation));

    public Task<IReadOnlyList<ConversationHeader>> ListAsync(string tenant, string owner, int limit) => Through(() => store.ListAsync(tenant, owner, limit));

    public Task<IReadOnlyList<SearchHit>> SearchAsync(string tenant, string owner, SearchTerms terms, Guid? after, int limit) =>
        Through(() => store.SearchAsync(tenant, owner, terms, after, limit));

    public async Task<IReadOnlyList<ConversationId>> ListUnfinishedAsync(int limit)
    {
        if (OnAsked is { } asked) await asked();
        return await Through(() => store.ListUnfinishedAsync(limit));
    }

    public Task<IReadOnlyList<ConversationId>> ListUntouchedAsync(DateTimeOffset before, int limit) => Through(() => store.ListUntouchedAsync(before, limit));

    public Task<ConversationHeader?> ReadHeaderAsync(ConversationId id) => Through(() => store.ReadHeaderAsync(id));

    public Task<StoredConversation?> LoadAsync(ConversationId id) => Through(() => store.LoadAsync(id));

    public Task<Claim?> ClaimAsync(ConversationId id) => Through(() => store.ClaimAsync(id));

    public Task<BeginTurnResult> BeginTurnAsync(Claim claim, NewTurn turn) => Through(() => store.BeginTurnAsync(claim, turn));

    public Task<int?> RaiseAttemptAsync(Claim claim, Guid turn) => Through(() => store.RaiseAttemptAsync(claim, turn));

    public Task<bool> ChangeAsync(ConversationId id, ConversationChange change) => Through(() => store.ChangeAsync(id, change));

    public Task<bool> DeleteAsync(ConversationId id) => Through(() => store.DeleteAsync(id));

    public Task<AppendResult> AppendAsync(TurnAppend append) => Through(() => store.AppendAsync(append));

    public Task<IReadOnlyList<TranscriptRow>> ReadAsync(ConversationId id, Guid turn, int choice, int from) => Through(() => store.ReadAsync(id, turn, choice, from));

    public Task<int[]?> ReadPromptAsync(ConversationId id, Guid turn) => Through(() => store.ReadPromptAsync(id, turn));

    public Task<StoredQuota?> ReadAsync(string key) => Through(() => store.ReadAsync(key));

    public Task<bool> WriteAsync(string key, StoredQuota quota) => Through(() => store.WriteAsync(key, quota));

    private Task<T> Through<T>(Func<Task<T>> act) => Cut
        ? Task.FromException<T>(new StorageException(StorageError.Unavailable, "The way to the database is cut."))
        : act();
}
