namespace NGrammys.Inference.Constraints;

/// <summary>The bytes of a vocabulary's tokens as a trie, flattened in depth-first order, so that a walk skips a subtree in one step. Immutable.</summary>
internal sealed class TokenTrie
{
    private TokenTrie(byte[] values, int[] depths, int[] ends, int[] tokens, int[] firstToken) =>
        (Values, Depths, Ends, Tokens, FirstToken) = (values, depths, ends, tokens, firstToken);

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

    /// <summary>Builds the trie; a token without bytes is left out.</summary>
    public static TokenTrie Build(IEnumerable<(int Token, byte[] Bytes)> vocabulary)
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

        return new TokenTrie([.. values], [.. depths], ends, [.. tokens], [.. first]);
    }
}
