namespace NGrammys.Drafting;

/// <summary>The lossless rule: follow the child that carries the target's own token, stop where no child does.</summary>
/// <remarks>
/// The target's token at a node must not depend on the draft: the arg-max, or a sample whose noise is keyed by the position. Then what comes out
/// is token for token what decoding without a draft would have brought, for greedy decoding and sampling alike (a draft without randomness of
/// its own is the trivial case of arXiv 2211.17192). Trees are parallel arrays in which every parent stands before its children; the parent of
/// the first guesses is -1. Where two children of one node carry the same token, the first is followed. Pure; thread-safe.
/// </remarks>
public static class Verification
{
    /// <summary>Walks a tree whose every node has been given the target's token already.</summary>
    /// <param name="tokens">[N] guessed tokens.</param>
    /// <param name="parents">[N] indexes of the parents, each smaller than the node's own, or -1.</param>
    /// <param name="chosen">[N + 1] the target's own tokens: behind the root, then behind each node.</param>
    /// <param name="accepted">Receives the indexes of the accepted nodes from the root on; at least as long as the tree is deep.</param>
    /// <returns>How many nodes were accepted, and the token of the model's own behind them.</returns>
    /// <exception cref="ArgumentException">The arrays' lengths do not fit.</exception>
    public static VerifiedPath Walk(ReadOnlySpan<int> tokens, ReadOnlySpan<int> parents, ReadOnlySpan<int> chosen, Span<int> accepted)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(parents.Length, tokens.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(chosen.Length, tokens.Length + 1);
        var (length, last) = (0, -1);
        for (var node = 0; node < tokens.Length; node++)
        {
            if (parents[node] != last || tokens[node] != chosen[last + 1]) continue;
            accepted[length++] = node;
            last = node;
        }
        return new VerifiedPath(length, chosen[last + 1]);
    }

    /// <summary>Walks a tree and asks for the target's token only where the path goes.</summary>
    /// <param name="tokens">[N] guessed tokens.</param>
    /// <param name="parents">[N] indexes of the parents, each smaller than the node's own, or -1.</param>
    /// <param name="choose">Gives the target's own token behind a node, or behind the root for -1; called once for each, in the order of the path.</param>
    /// <param name="accepted">Receives the indexes of the accepted nodes from the root on; at least as long as the tree is deep.</param>
    /// <returns>How many nodes were accepted, and the token of the model's own behind them.</returns>
    /// <exception cref="ArgumentException">The arrays' lengths do not fit.</exception>
    public static VerifiedPath Walk(ReadOnlySpan<int> tokens, ReadOnlySpan<int> parents, Func<int, int> choose, Span<int> accepted)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(parents.Length, tokens.Length);
        ArgumentNullException.ThrowIfNull(choose);
        var (length, last, token) = (0, -1, choose(-1));
        for (var node = 0; node < tokens.Length; node++)
        {
            if (parents[node] != last || tokens[node] != token) continue;
            accepted[length++] = node;
            last = node;
            token = choose(node);
        }
        return new VerifiedPath(length, token);
    }
}
