namespace NGrammys.Drafting;

/// <summary>What the target model named as likeliest at every node that one step verified, rejected ones too: N nodes, K next tokens each.</summary>
public readonly ref struct VerifiedNodes
{
    /// <summary>[N] tokens of the draft nodes that were verified.</summary>
    public ReadOnlySpan<int> Tokens { get; init; }

    /// <summary>[N] indexes of their parents, each smaller than the node's own; <see cref="DraftTree.Root"/> for the first guesses.</summary>
    public ReadOnlySpan<int> Parents { get; init; }

    /// <summary>[N + 1, K] the likeliest tokens behind the root, then behind each node, the likeliest first.</summary>
    public ReadOnlySpan<int> Next { get; init; }

    /// <summary>[N + 1, K] their probabilities among the K, in 255ths.</summary>
    public ReadOnlySpan<byte> Shares { get; init; }

    /// <summary>Next tokens of each node, K; 0 when none were asked for.</summary>
    public int Width => Next.Length / (Tokens.Length + 1);

    /// <summary>Copies the guessed tokens from the root to a node.</summary>
    /// <param name="node">The node, or <see cref="DraftTree.Root"/> for none.</param>
    /// <param name="path">Receives the last of them, right-aligned.</param>
    /// <returns>Number of tokens copied.</returns>
    public int CopyPath(int node, Span<int> path)
    {
        var count = 0;
        for (; node != DraftTree.Root && count < path.Length; node = Parents[node]) path[^++count] = Tokens[node];
        return count;
    }
}
