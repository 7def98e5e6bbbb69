namespace NGrammys.Drafting.Assessment;

/// <summary>The product's own drafts, for one tenant: conversations one after the other, each teaching the next.</summary>
/// <remarks>The sources are made anew for each conversation; shared n-grams learn a reply when its turn is over.</remarks>
public sealed class LearnedTree : IStrategy
{
    private readonly Func<SharedNGrams, IReadOnlyList<IDraftSource>> _sources;
    private readonly SharedNGrams _shared = new();
    private readonly SurvivalModel _prior;
    private readonly DraftPrice _price;
    private ConversationDrafter _drafter;
    private RecordedTurn? _turn;

    /// <summary>Drafts from sources.</summary>
    /// <param name="sources">Makes the sources of a conversation.</param>
    /// <param name="maxDrafted">Bound on the average number of nodes a step.</param>
    public LearnedTree(Func<SharedNGrams, IReadOnlyList<IDraftSource>> sources, double maxDrafted)
    {
        ArgumentNullException.ThrowIfNull(sources);
        _sources = sources;
        _price = new DraftPrice(maxDrafted);
        _prior = new SurvivalModel(sources(_shared));
        _drafter = new ConversationDrafter(sources(_shared), _prior);
    }

    /// <inheritdoc/>
    public void Begin(RecordedTurn turn)
    {
        ArgumentNullException.ThrowIfNull(turn);
        if (turn.Conversation != _turn?.Conversation) _drafter = new ConversationDrafter(_sources(_shared), _prior);
        _turn = turn;
        _drafter.Truncate(0);
        _drafter.Append(turn.Prompt);
    }

    /// <inheritdoc/>
    public int Draft(out DraftTree tree)
    {
        tree = _drafter.Draft(_price.Next);
        _price.Spend(tree.Count);
        return tree.Count;
    }

    /// <inheritdoc/>
    public void Take(ReadOnlySpan<int> tokens) => _drafter.Observe(tokens);

    /// <inheritdoc/>
    public void End()
    {
        _shared.Add(_turn!.Conversation, _turn.Prompt, _turn.Reply);
        _shared.Count();
    }
}
