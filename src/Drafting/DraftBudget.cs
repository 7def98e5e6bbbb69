namespace NGrammys.Drafting;

/// <summary>Bounds of one draft.</summary>
/// <param name="MaxNodes">Most nodes; 0 drafts nothing.</param>
/// <param name="MaxDepth">Longest guessed continuation, in tokens.</param>
/// <param name="MinSurvival">Least estimated probability, in [0, 1], of being reached and accepted: what one more verified token must be worth,
/// as a share of a decoded one.</param>
public readonly record struct DraftBudget(int MaxNodes, int MaxDepth = 32, float MinSurvival = DraftBudget.DefaultMinSurvival)
{
    /// <summary>Nodes that a draft may have unless somebody says otherwise: more are seldom worth their cost.</summary>
    public const int DefaultMaxNodes = 32;

    /// <summary>What <see cref="Paying"/> gives for the default number of nodes before anything is measured, when sixteen tokens are taken to double a pass.</summary>
    public const float DefaultMinSurvival = 0.02f;

    /// <summary>The bounds of a draft of which every node might pay for itself.</summary>
    /// <remarks>A node pays while its survival exceeds c · e / (1 + c · t), where c is its cost, e the tokens that the pass is expected to bring and t the nodes in it.
    /// No pass brings less than one token, and a lone one has no more nodes than root and draft; below that no company makes a node worth its while.</remarks>
    /// <param name="maxNodes">Most nodes.</param>
    /// <param name="nodeCost">Cost of one more token as a share of the cost of a pass without any; greater than 0.</param>
    public static DraftBudget Paying(int maxNodes, double nodeCost)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(nodeCost);
        return new DraftBudget(maxNodes, MinSurvival: (float)(nodeCost / (1 + nodeCost * (maxNodes + 1))));
    }
}
