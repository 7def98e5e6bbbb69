namespace NGrammys.Inference.Sampling;

/// <summary>What a node's token depends on besides logits and parameters. The default is nothing.</summary>
public readonly ref struct NodeContext
{
    /// <summary>Tokens up to and including the node; needed where the parameters penalise.</summary>
    public TokenCounts? Counts { get; init; }

    /// <summary>One bit a token, lowest first: what a constraint allows. Empty: everything.</summary>
    public ReadOnlySpan<ulong> Allowed { get; init; }

    /// <summary>Tokens that may not come here, such as stop tokens of a reply that is still too short.</summary>
    public ReadOnlySpan<int> Forbidden { get; init; }
}
