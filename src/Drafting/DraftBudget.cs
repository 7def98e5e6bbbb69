namespace NGrammys.Drafting;

/// <summary>Bounds of one draft.</summary>
/// <param name="MaxNodes">Most nodes; 0 drafts nothing.</param>
/// <param name="MaxDepth">Longest guessed continuation, in tokens.</param>
/// <param name="MinSurvival">Least estimated probability, in [0, 1], of being reached and accepted: what one more verified token must be worth,
/// as a share of a decoded one. Where no guess reaches it, the draft is empty and has cost one look into each source.</param>
public readonly record struct DraftBudget(int MaxNodes, int MaxDepth = 32, float MinSurvival = DraftBudget.DefaultMinSurvival)
{
    /// <summary>Nodes that a draft may have unless somebody says otherwise: more are seldom worth their cost.</summary>
    public const int DefaultMaxNodes = 32;

    /// <summary>What a node must be worth where nobody knows what it costs.</summary>
    public const float DefaultMinSurvival = 0.02f;
}
