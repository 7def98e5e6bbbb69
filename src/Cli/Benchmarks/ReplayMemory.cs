using NGrammys.Drafting;
using NGrammys.Drafting.Assessment;

namespace NGrammys.Cli.Benchmarks;

/// <summary>What replies of a replay draft from: text alone, as one tenant who shares n-grams, in the order of the record. The strategy <c>adaptive</c> of assess.</summary>
internal sealed class ReplayMemory : IDraftMemory
{
    private readonly SharedNGrams _shared = new();
    private readonly SurvivalModel _prior;

    public ReplayMemory() => _prior = new SurvivalModel(Sources(_shared));

    /// <summary>The sources of one conversation.</summary>
    public static IReadOnlyList<IDraftSource> Sources(SharedNGrams shared) => [new ContextSource(), new SharedSource(shared), new RecentSource()];

    /// <inheritdoc/>
    public ConversationDrafter CreateDrafter() => new(Sources(_shared), _prior);

    /// <inheritdoc/>
    public void Learn(RecordedTurn turn)
    {
        _shared.Add(turn.Conversation, turn.Prompt, turn.Reply);
        _shared.Count();
    }
}
