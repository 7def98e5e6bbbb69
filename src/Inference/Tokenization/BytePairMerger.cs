namespace NGrammys.Inference.Tokenization;

/// <summary>Byte pair encoding: of all neighbours that can merge, those of the lowest rank do, the leftmost first, until none is left. Thread-safe.</summary>
/// <remarks>A queue holds the pairs, so that n tokens take n log n steps: a message without a single space is no attack.</remarks>
internal sealed class BytePairMerger(MergeTable merges)
{
    [ThreadStatic]
    private static Scratch? _scratch;

    /// <summary>Appends what a run of tokens becomes.</summary>
    /// <param name="tokens">Ids of the characters or bytes of one word.</param>
    /// <param name="ids">Receives the ids.</param>
    public void Merge(ReadOnlySpan<int> tokens, List<int> ids)
    {
        if (tokens.Length < 2)
        {
            ids.AddRange(tokens);
            return;
        }

        var scratch = (_scratch ??= new Scratch()).Take(tokens);
        var (token, next, previous, queue) = (scratch.Token, scratch.Next, scratch.Previous, scratch.Queue);
        for (var at = 0; at + 1 < tokens.Length; at++) Offer(at, at + 1);
        while (queue.TryDequeue(out var pair, out _))
        {
            var (left, right) = (pair.At, next[pair.At]);
            // Neighbours that merged with others meanwhile.
            if (token[left] != pair.Left || right == tokens.Length || token[right] != pair.Right) continue;
            (token[left], token[right]) = (pair.Merged, Scratch.Gone);
            next[left] = next[right];
            if (next[left] < tokens.Length)
            {
                previous[next[left]] = left;
                Offer(left, next[left]);
            }

            if (left > 0) Offer(previous[left], left);
        }

        for (var at = 0; at < tokens.Length; at = next[at]) ids.Add(token[at]);
        if (tokens.Length > Scratch.Kept) _scratch = null;

        void Offer(int left, int right)
        {
            if (merges.TryGet(token[left], token[right], out var merge))
                queue.Enqueue(new Pair(left, token[left], token[right], merge.Token), ((long)merge.Rank << 32) | (uint)left);
        }
    }

    private readonly record struct Pair(int At, int Left, int Right, int Merged);

    /// <summary>A list of tokens linked both ways, used again for the next word of a thread.</summary>
    private sealed class Scratch
    {
        public const int Gone = -1;

        // Longer words are rare; their memory is not kept.
        public const int Kept = 4096;

        public int[] Token { get; private set; } = [];

        public int[] Next { get; private set; } = [];

        public int[] Previous { get; private set; } = [];

        public PriorityQueue<Pair, long> Queue { get; } = new();

        public Scratch Take(ReadOnlySpan<int> tokens)
        {
            if (Token.Length < tokens.Length)
            {
                var length = Math.Max(tokens.Length, 64);
                (Token, Next, Previous) = (new int[length], new int[length], new int[length]);
            }

            tokens.CopyTo(Token);
            for (var at = 0; at < tokens.Length; at++) (Next[at], Previous[at]) = (at + 1, at - 1);
            Queue.Clear();
            return this;
        }
    }
}
