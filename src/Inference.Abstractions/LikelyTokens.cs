namespace NGrammys.Inference.Abstractions;

/// <summary>The likeliest next tokens at every node that one step verified, rejected ones too: N draft nodes behind the root, K tokens each.</summary>
public sealed record LikelyTokens
{
    /// <summary>Next tokens told for each node, K; fewer only where the vocabulary has fewer.</summary>
    public const int Width = 8;

    /// <summary>[N] tokens of the draft nodes.</summary>
    public required int[] Nodes { get; init; }

    /// <summary>[N] indexes of their parents among them, or -1 for the root.</summary>
    public required int[] Parents { get; init; }

    /// <summary>[N + 1, K] the likeliest tokens behind the root, then behind each node, the likeliest first.</summary>
    public required int[] Next { get; init; }

    /// <summary>[N + 1, K] their probabilities among the K, in 255ths.</summary>
    public required byte[] Shares { get; init; }
}
