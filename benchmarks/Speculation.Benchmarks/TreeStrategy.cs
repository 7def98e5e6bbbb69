using NGrammys.Drafting;

namespace NGrammys.Speculation.Benchmarks;

/// <summary>Trees by learned survival from some sources, for one tenant: as many nodes on average as a bound allows; single steps may spend more.</summary>
internal sealed class TreeStrategy : IStrategy
{
    private readonly Func<SharedNGrams, IDraftSource[]> _create;
    private readonly SharedNGrams _shared = new();
    private readonly SurvivalModel _prior;
    private readonly DraftPrice _price;
    private IDraftSource[] _sources;
    private ConversationDrafter _drafter;
    private int _conversation = -1;

    /// <summary>Drafts from sources.</summary>
    /// <param name="name">Its row of the table.</param>
    /// <param name="sources">Makes a conversation's sources.</param>
    /// <param name="average">Bound on the nodes per call, on average.</param>
    public TreeStrategy(string name, Func<SharedNGrams, IDraftSource[]> sources, int average)
    {
        (Name, _create, _price) = (name, sources, new DraftPrice(average));
        _sources = sources(_shared);
        _prior = new SurvivalModel(_sources);
        _drafter = new ConversationDrafter(_sources, _prior);
        Recycles = Array.Exists(_sources, source => source.Kind == DraftSource.Recycled);
    }

    public string Name { get; }

    public bool Recycles { get; }

    public bool Begin(Turn turn)
    {
        if (turn.Conversation != _conversation)
        {
            _sources = _create(_shared);
            _drafter = new ConversationDrafter(_sources, _prior);
        }

        _conversation = turn.Conversation;
        _drafter.Truncate(0);
        _drafter.Append(turn.Prompt);
        // A later turn that rewrites what was said is what a caller's expectation is for.
        foreach (var source in _sources.OfType<PredictionSource>()) source.Expect(turn.Prompt.Length, turn.Earlier);
        return turn.Earlier is not null || _sources is not [PredictionSource];
    }

    public int Draft(out DraftTree tree)
    {
        tree = _drafter.Draft(_price.Next);
        _price.Spend(tree.Count);
        return tree.Count;
    }

    public void Observe(ReadOnlySpan<int> tokens, in VerifiedNodes verified) => _drafter.Observe(tokens, verified);

    public void End(Turn turn)
    {
        // Numbers of conversations are as good as ids here: nobody asks for one to be forgotten.
        _shared.Add(new Guid(turn.Conversation, 0, 0, new byte[8]), turn.Prompt, turn.Reply);
        _shared.Count();
    }
}
