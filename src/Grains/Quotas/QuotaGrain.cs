using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Interfaces.Quotas;
using NGrammys.Storage;
using Orleans.Concurrency;

namespace NGrammys.Grains.Quotas;

/// <summary>Counts for one key, and answers only what is durable: a silo that is lost takes nothing of the count with it.</summary>
/// <remarks>Requests that come while a write is under way share the next one. An activation that was outrun by another, or whose write failed, gives up.</remarks>
[KeepAlive, Reentrant]
internal sealed class QuotaGrain(IQuotaStore store, TimeProvider time) : Grain, IQuotaGrain
{
    private QuotaLedger _ledger = new();
    private long _version;
    private int _changes;
    private int _durable;
    private Task? _writing;

    private string Key => this.GetPrimaryKeyString();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await store.ReadAsync(Key) is not { } stored) return;
            (_version, _ledger) = (stored.Version, QuotaLedger.Parse(stored.State));
        }
        catch (StorageException e)
        {
            throw Away(e.Message);
        }
    }

    public async Task<QuotaAnswer> Enter(Guid request, QuotaLimits limits)
    {
        var answer = _ledger.Enter(request, limits, time.GetUtcNow());
        if (answer.Exceeded is null) await SaveAsync();
        return answer;
    }

    public Task Leave(Guid request, int tokens) => _ledger.Leave(request, tokens, time.GetUtcNow()) ? SaveAsync() : Task.CompletedTask;

    public Task<QuotaAnswer> Look(QuotaLimits limits) => Task.FromResult(_ledger.Levels(limits, time.GetUtcNow()));

    private async Task SaveAsync()
    {
        var mine = ++_changes;
        while (_durable < mine)
        {
            var writing = _writing ??= WriteAsync();
            await writing;
            if (_writing == writing) _writing = null;
        }
    }

    // A write that failed stays where it is: everybody who waits, and whoever still comes, is told so until the activation has gone.
    private async Task WriteAsync()
    {
        var (upTo, next) = (_changes, new StoredQuota(_version + 1, _ledger.ToJson()));
        try
        {
            if (!await store.WriteAsync(Key, next)) throw Away("somebody else counts for this key now");
        }
        catch (Exception e)
        {
            DeactivateOnIdle();
            if (e is StorageException) throw Away(e.Message);
            throw;
        }

        (_version, _durable) = (next.Version, upTo);
    }

    private static ConversationException Away(string why) =>
        new(ConversationError.Unavailable, $"The quota of this key cannot be counted now ({why}); try again in a moment.");
}
