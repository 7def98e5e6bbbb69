namespace NGrammys.Drafting.Assessment;

/// <summary>What the replies of one kind of work are like, as far as it decides what speculation can bring.</summary>
/// <param name="Replies">Number of replies.</param>
/// <param name="MeanLength">Their mean length in tokens.</param>
/// <param name="Repeated">Share of reply tokens that stood behind the same 3 tokens earlier in their conversation, the prompt included.</param>
/// <param name="Familiar">Share of reply tokens that stood behind the same 3 tokens in an earlier reply of any conversation.</param>
/// <param name="Surprising">Share of reply tokens that never stood behind the token before them, neither earlier in the conversation nor in earlier replies.</param>
public sealed record Workload(int Replies, double MeanLength, double Repeated, double Familiar, double Surprising)
{
    private const int Gram = 4;

    /// <summary>Measures each category, reading the turns in their order.</summary>
    public static IReadOnlyDictionary<string, Workload> Measure(IEnumerable<RecordedTurn> turns)
    {
        ArgumentNullException.ThrowIfNull(turns);
        var (earlierGrams, earlierPairs) = (new HashSet<ulong>(), new HashSet<ulong>());
        var sums = new SortedDictionary<string, (int Replies, int Tokens, int Repeated, int Familiar, int Surprising)>(StringComparer.Ordinal);
        foreach (var turn in turns)
        {
            int[] text = [.. turn.Prompt, .. turn.Reply];
            var (grams, pairs) = (new HashSet<ulong>(), new HashSet<ulong>());
            var sum = sums.GetValueOrDefault(turn.Category);
            for (var end = 1; end < text.Length; end++)
            {
                var (gram, pair) = (Key(text, end, Gram), Key(text, end, 2));
                if (end >= turn.Prompt.Length)
                {
                    sum.Tokens++;
                    if (grams.Contains(gram)) sum.Repeated++;
                    if (earlierGrams.Contains(gram)) sum.Familiar++;
                    if (!pairs.Contains(pair) && !earlierPairs.Contains(pair)) sum.Surprising++;
                }
                grams.Add(gram);
                pairs.Add(pair);
            }
            for (var end = Math.Max(1, turn.Prompt.Length); end < text.Length; end++)
            {
                earlierGrams.Add(Key(text, end, Gram));
                earlierPairs.Add(Key(text, end, 2));
            }
            sums[turn.Category] = sum with { Replies = sum.Replies + 1 };
        }
        return sums.ToDictionary(
            category => category.Key,
            category => Of(category.Value.Replies, category.Value.Tokens, category.Value.Repeated, category.Value.Familiar, category.Value.Surprising));
    }

    private static Workload Of(int replies, double tokens, int repeated, int familiar, int surprising) =>
        tokens == 0 ? new Workload(replies, 0, 0, 0, 0) : new Workload(replies, tokens / replies, repeated / tokens, familiar / tokens, surprising / tokens);

    private static ulong Key(int[] text, int end, int length)
    {
        var hash = 0UL;
        for (var at = Math.Max(0, end - length + 1); at <= end; at++)
        {
            hash = (hash ^ (uint)text[at]) * 0x9E3779B97F4A7C15;
            hash ^= hash >> 29;
        }
        return hash;
    }
}
