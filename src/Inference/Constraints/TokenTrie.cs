namespace NGrammys.Inference.Constraints;

/// <summary>The bytes of a vocabulary's tokens as a trie, flattened in depth-first order, so that a walk skips a subtree in one step. Immutable.</summary>
internal sealed class TokenTrie
{
    private TokenTrie(byte[] values, int[] depths, int[] ends, int[] tokens, int[] firstToken, bool[] plain) =>
        (Values, Depths, Ends, Tokens, FirstToken, Plain) = (values, depths, ends, tokens, firstToken, plain);

    /// <summary>[N] byte on the way to each node.</summary>
    public byte[] Values { get; }

    /// <summary>[N] bytes up to and including the node's, from 1.</summary>
    public int[] Depths { get; }

    /// <summary>[N] index behind the node's subtree.</summary>
    public int[] Ends { get; }

    /// <summary>Tokens in the order of their nodes; node i has those from FirstToken[i] to FirstToken[i + 1].</summary>
    public int[] Tokens { get; }

    /// <summary>[N + 1].</summary>
    public int[] FirstToken { get; }

    /// <summary>[N] whether all tokens of a node's subtree are plain.</summary>
    public bool[] Plain { get; }

    /// <summary>Builds the trie; a token without bytes is left out.</summary>
    /// <param name="vocabulary">The tokens.</param>
    /// <param name="plain">Whether a token is plain.</param>
    public static TokenTrie Build(IEnumerable<(int Token, byte[] Bytes)> vocabulary, Func<int, bool> plain)
    {
        var sorted = vocabulary.Where(entry => entry.Bytes.Length > 0).ToArray();
        Array.Sort(sorted, static (a, b) => a.Bytes.AsSpan().SequenceCompareTo(b.Bytes) is var order and not 0 ? order : a.Token.CompareTo(b.Token));
        var (values, depths, tokens, first) = (new List<byte>(), new List<int>(), new List<int>(), new List<int>());
        byte[] last = [];
        foreach (var (token, bytes) in sorted)
        {
            for (var depth = bytes.AsSpan().CommonPrefixLength(last); depth < bytes.Length; depth++)
            {
                values.Add(bytes[depth]);
                depths.Add(depth + 1);
                first.Add(tokens.Count);
            }

            tokens.Add(token);
            last = bytes;
        }

        first.Add(tokens.Count);
        var ends = new int[values.Count];
        var open = new Stack<int>();
        for (var node = 0; node <= values.Count; node++)
        {
            while (open.TryPeek(out var top) && (node == values.Count || depths[top] >= depths[node])) ends[open.Pop()] = node;
            open.Push(node);
        }

        // Tokens behind each that are not plain, so that subtrees are compared by two sums.
        var other = new int[tokens.Count + 1];
        for (var i = 0; i < tokens.Count; i++) other[i + 1] = other[i] + (plain(tokens[i]) ? 0 : 1);
        bool[] onlyPlain = [.. Enumerable.Range(0, values.Count).Select(node => other[first[node]] == other[first[ends[node]]])];
        return new TokenTrie([.. values], [.. depths], ends, [.. tokens], [.. first], onlyPlain);
    }
}
