using NGrammys.Drafting;

namespace NGrammys.Speculation.Benchmarks;

/// <summary>Trees by learned survival from some sources, as many nodes on average as a bound allows; single steps may spend more.</summary>
/// <param name="name">Its row of the table.</param>
/// <param name="sources">Makes a conversation's sources.</param>
/// <param name="average">Nodes per call, on average.</param>
internal sealed class TreeStrategy(string name, Func<IDraftSource[]> sources, int average) : IStrategy
{
    private const float Step = 0.02f;
    private const int LargestStep = 4;

    private readonly SurvivalModel _prior = new(sources());
    private ConversationDrafter _drafter = new();
    private int _conversation = -1;
    private double _minSurvival = 0.02;

    public string Name => name;

    public bool Recycles { get; } = Array.Exists(sources(), source => source.Kind == DraftSource.Recycled);

    public void Begin(Turn turn)
    {
        if (turn.Conversation != _conversation) _drafter = new ConversationDrafter(sources(), _prior);
        _conversation = turn.Conversation;
        _drafter.Truncate(0);
        _drafter.Append(turn.Prompt);
    }

    public DraftTree Draft(ReadOnlySpan<int> text)
    {
        var tree = _drafter.Draft(new DraftBudget(average * LargestStep, MinSurvival: (float)_minSurvival));
        // A threshold that follows the mean: what is saved where nothing is likely is spent where much is.
        _minSurvival = Math.Clamp(_minSurvival * Math.Exp(Step * (tree.Count - average) / average), 1e-4, 0.5);
        return tree;
    }

    public void Observe(ReadOnlySpan<int> tokens, in VerifiedNodes verified) => _drafter.Observe(tokens, verified);
}
