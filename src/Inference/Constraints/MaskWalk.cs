namespace NGrammys.Inference.Constraints;

/// <summary>Walks a vocabulary's trie beside an automaton, to find the tokens that may follow a state.</summary>
/// <remarks>
/// Where plain characters may follow freely, a subtree of plain tokens is allowed without a look at it. If that goes for most of them, all plain
/// tokens are allowed first and the exceptions taken away, so that such a mask costs a copy and a walk along the few tokens that are not plain.
/// </remarks>
internal static class MaskWalk
{
    /// <summary>The mask of a state.</summary>
    /// <param name="automaton">Steps over bytes.</param>
    /// <param name="state">Where the tokens would follow.</param>
    /// <param name="vocabulary">The tokens.</param>
    /// <param name="path">Room for a state a byte of the longest token, and one more.</param>
    public static ulong[] Run(Automaton automaton, ParseState state, TokenVocabulary vocabulary, ParseState[] path)
    {
        var trie = vocabulary.Trie;
        var (values, depths, ends, first, tokens, plain) = (trie.Values, trie.Depths, trie.Ends, trie.FirstToken, trie.Tokens, trie.Plain);
        var mask = new ulong[vocabulary.Words];
        var free = IsFree(automaton, state);
        var most = free || MostAreFree(automaton, state, trie);
        if (most) vocabulary.Plain.CopyTo(mask, 0);
        path[0] = state;
        for (var node = 0; node < values.Length;)
        {
            if (free && plain[node])
            {
                node = ends[node];
                continue;
            }

            var depth = depths[node];
            var next = automaton.Step(path[depth - 1], values[node]);
            if (next.Dead)
            {
                if (most && !free) Set(mask, tokens.AsSpan(first[node]..first[ends[node]]), allowed: false);
                node = ends[node];
            }
            else if (plain[node] && IsFree(automaton, next))
            {
                if (!most) Set(mask, tokens.AsSpan(first[node]..first[ends[node]]), allowed: true);
                node = ends[node];
            }
            else
            {
                path[depth] = next;
                Set(mask, tokens.AsSpan(first[node]..first[node + 1]), allowed: true);
                node++;
            }
        }

        return mask;
    }

    private static bool IsFree(Automaton automaton, ParseState state) => automaton.FreeAt(state) >= TokenVocabulary.LongestPlain;

    // By the tokens that begin with each byte.
    private static bool MostAreFree(Automaton automaton, ParseState state, TokenTrie trie)
    {
        var balance = 0;
        for (var node = 0; node < trie.Values.Length; node = trie.Ends[node])
        {
            var weight = trie.FirstToken[trie.Ends[node]] - trie.FirstToken[node];
            balance += IsFree(automaton, automaton.Step(state, trie.Values[node])) ? weight : -weight;
        }

        return balance > 0;
    }

    private static void Set(ulong[] mask, ReadOnlySpan<int> tokens, bool allowed)
    {
        foreach (var token in tokens)
        {
            if (allowed) mask[token >> 6] |= 1UL << token;
            else mask[token >> 6] &= ~(1UL << token);
        }
    }
}
