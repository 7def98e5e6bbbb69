using System.Collections.Concurrent;

namespace NGrammys.Drafting;

/// <summary>What the conversations with one model draft from together: its bigram table, and within a tenant how far each kind of guess has proved right.</summary>
/// <remarks>Recycled logits are a conversation's own: what it was told is forgotten with it, and nothing has to be rebuilt. Thread-safe.</remarks>
/// <param name="bigram">The model's table; null if it has not been built.</param>
public sealed class ModelDrafting(ModelBigram? bigram = null)
{
    private readonly ConcurrentDictionary<string, SurvivalModel> _priors = new(StringComparer.Ordinal);

    /// <summary>Makes the drafter of a conversation.</summary>
    /// <param name="tenant">Whose conversation it is.</param>
    public ConversationDrafter CreateDrafter(string tenant)
    {
        var sources = Sources();
        return new ConversationDrafter(sources, _priors.GetOrAdd(tenant, static (_, sources) => new SurvivalModel(sources), sources));
    }

    private IDraftSource[] Sources()
    {
        IDraftSource[] own = [new ContextSource(), new RecycledSource(2), new RecycledSource(1)];
        return bigram is null ? own : [.. own, new BigramSource(bigram)];
    }
}
