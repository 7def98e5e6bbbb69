using System.Collections.Concurrent;

namespace NGrammys.Drafting;

/// <summary>What the conversations with one model draft from together: its bigram table, and within a tenant how far each kind of guess has proved right and,
/// if the tenant opted in, the n-grams of its earlier replies.</summary>
/// <remarks>Recycled logits are a conversation's own: what it was told is forgotten with it, and nothing has to be rebuilt. Thread-safe.</remarks>
/// <param name="bigram">The model's table; null if it has not been built.</param>
/// <param name="priors">Keeps what tenants have taught; null to begin anew with each run.</param>
/// <param name="sharing">Tenants whose conversations share the n-grams of their replies; null for none.</param>
public sealed class ModelDrafting(ModelBigram? bigram = null, IPriorStore? priors = null, IEnumerable<string>? sharing = null)
{
    // What a server that is killed has to learn anew.
    private const int RepliesPerSave = 64;

    private readonly HashSet<string> _sharing = new(sharing ?? [], StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<TenantDrafting>> _tenants = new(StringComparer.Ordinal);
    private int _replies;

    /// <summary>Whether a tenant's conversations share the n-grams of their replies.</summary>
    public bool Shares(string tenant) => _sharing.Contains(tenant);

    /// <summary>Makes the drafter of a conversation.</summary>
    /// <param name="tenant">Whose conversation it is.</param>
    public ConversationDrafter CreateDrafter(string tenant)
    {
        var drafting = Of(tenant);
        return new ConversationDrafter(Sources(drafting.Grams), drafting.Prior);
    }

    /// <summary>A reply is finished: the tenant's later replies will draft from it, if the tenant opted in, once <see cref="Settle"/> has counted it.</summary>
    /// <param name="tenant">Whose conversation it is.</param>
    /// <param name="conversation">The conversation, under whose name the reply can be forgotten.</param>
    /// <param name="context">The text before the reply.</param>
    /// <param name="reply">The tokens that the model chose.</param>
    public void Remember(string tenant, Guid conversation, ReadOnlySpan<int> context, ReadOnlySpan<int> reply)
    {
        if (Shares(tenant)) Of(tenant).Grams.Add(conversation, context, reply);
    }

    /// <summary>What a finished reply leaves to the background: its n-grams are counted, and now and then what was learned is kept.</summary>
    public void Settle(string tenant)
    {
        Of(tenant).Grams.Count();
        if (Interlocked.Increment(ref _replies) % RepliesPerSave == 0) SavePriors();
    }

    /// <summary>Forgets every reply of a conversation: the n-grams that are left are those that the other replies alone would have brought.</summary>
    public void Forget(string tenant, Guid conversation)
    {
        if (Shares(tenant)) Of(tenant).Grams.Forget(conversation);
    }

    /// <summary>Keeps what all tenants have taught.</summary>
    public void SavePriors()
    {
        if (priors is null) return;
        foreach (var (tenant, drafting) in _tenants) priors.Save(tenant, drafting.Value.Prior);
    }

    private TenantDrafting Of(string tenant) => _tenants.GetOrAdd(tenant, name => new Lazy<TenantDrafting>(() => Begin(name))).Value;

    private TenantDrafting Begin(string tenant)
    {
        var grams = Shares(tenant) ? new SharedNGrams() : new SharedNGrams(0);
        var sources = Sources(grams);
        return new TenantDrafting(priors?.Load(tenant, sources) ?? new SurvivalModel(sources), grams);
    }

    // The same for all, whether they have anything to say or not: so a prior fits whatever is switched on later. What a caller expects is named first.
    private IDraftSource[] Sources(SharedNGrams grams)
    {
        IDraftSource[] own = [new PredictionSource(), new ContextSource(), new SharedSource(grams), new RecycledSource(2), new RecycledSource(1)];
        return [.. own, bigram is null ? new RecentSource() : new BigramSource(bigram)];
    }
}
