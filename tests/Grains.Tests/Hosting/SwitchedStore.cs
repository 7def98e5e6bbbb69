using NGrammys.Storage;
using NGrammys.Storage.InMemory;

namespace NGrammys.Grains.Tests.Hosting;

/// <summary>A store in memory whose appends a test can hold up or let fail.</summary>
internal sealed class SwitchedStore(TimeProvider time) : IConversationStore, ITranscriptStore, IQuotaStore
{
    private readonly InMemoryStore _store = new(time);

    /// <summary>Called with each append before it is made.</summary>
    public Func<TurnAppend, Task>? OnAppend { get; set; }

    /// <summary>Called with each state of a quota before it is written.</summary>
    public Func<StoredQuota, Task>? OnQuota { get; set; }

    /// <summary>Makes each append in the store's place; it is given the store's own way.</summary>
    public Func<TurnAppend, Func<TurnAppend, Task<AppendResult>>, Task<AppendResult>>? AroundAppend { get; set; }

    /// <summary>Called with each claim.</summary>
    public Action<Claim>? OnClaimed { get; set; }

    /// <summary>Changes what is loaded.</summary>
    public Func<StoredConversation, StoredConversation>? OnLoad { get; set; }

    /// <summary>Called before each claim.</summary>
    public Action? OnClaim { get; set; }

    /// <summary>Called after each beginning of a turn, which is durable then.</summary>
    public Action? OnBegun { get; set; }

    public Task<CreateResult> CreateAsync(ConversationId id, Guid operation, string title, string settings, string? model = null) =>
        _store.CreateAsync(id, operation, title, settings, model);

    public Task<CreateResult> ImportAsync(ImportedConversation conversation, Guid operation) => _store.ImportAsync(conversation, operation);

    public Task<IReadOnlyList<ConversationHeader>> ListAsync(string tenant, string owner, int limit) => _store.ListAsync(tenant, owner, limit);

    public Task<IReadOnlyList<SearchHit>> SearchAsync(string tenant, string owner, SearchTerms terms, Guid? after, int limit) =>
        _store.SearchAsync(tenant, owner, terms, after, limit);

    public Task<IReadOnlyList<ConversationId>> ListUntouchedAsync(DateTimeOffset before, int limit) => _store.ListUntouchedAsync(before, limit);

    public Task<ConversationHeader?> ReadHeaderAsync(ConversationId id) => _store.ReadHeaderAsync(id);

    public Task<IReadOnlyList<ConversationId>> ListUnfinishedAsync(int limit) => _store.ListUnfinishedAsync(limit);

    public async Task<StoredConversation?> LoadAsync(ConversationId id) =>
        await _store.LoadAsync(id) is { } stored ? OnLoad?.Invoke(stored) ?? stored : null;

    public async Task<Claim?> ClaimAsync(ConversationId id)
    {
        OnClaim?.Invoke();
        var claim = await _store.ClaimAsync(id);
        if (claim is not null) OnClaimed?.Invoke(claim);
        return claim;
    }

    public async Task<BeginTurnResult> BeginTurnAsync(Claim claim, NewTurn turn)
    {
        var result = await _store.BeginTurnAsync(claim, turn);
        OnBegun?.Invoke();
        return result;
    }

    public Task<int?> RaiseAttemptAsync(Claim claim, Guid turn) => _store.RaiseAttemptAsync(claim, turn);

    public Task<bool> ChangeAsync(ConversationId id, ConversationChange change) => _store.ChangeAsync(id, change);

    public Task<bool> DeleteAsync(ConversationId id) => _store.DeleteAsync(id);

    public async Task<AppendResult> AppendAsync(TurnAppend append)
    {
        if (OnAppend is { } held) await held(append);
        return await (AroundAppend is { } around ? around(append, _store.AppendAsync) : _store.AppendAsync(append));
    }

    public Task<StoredQuota?> ReadAsync(string key) => _store.ReadAsync(key);

    public async Task<bool> WriteAsync(string key, StoredQuota quota)
    {
        if (OnQuota is { } held) await held(quota);
        return await _store.WriteAsync(key, quota);
    }

    public Task<IReadOnlyList<TranscriptRow>> ReadAsync(ConversationId id, Guid turn, int choice, int from) => _store.ReadAsync(id, turn, choice, from);

    public Task<int[]?> ReadPromptAsync(ConversationId id, Guid turn) => _store.ReadPromptAsync(id, turn);
}
