namespace NGrammys.Drafting.Benchmarks;

/// <summary>Text as drafting meets it, made up.</summary>
internal static class Corpus
{
    private const int Vocabulary = 32_000;
    private const int SharedTokens = 100_000;

    /// <summary>A drafter with all text sources, behind a tenant with many earlier replies.</summary>
    public static ConversationDrafter Drafter()
    {
        var shared = new SharedNGrams();
        for (var reply = 0; reply < SharedTokens / 500; reply++) shared.Add(Guid.NewGuid(), [], Text(500, seed: reply + 100));
        shared.Count();
        return new ConversationDrafter([new ContextSource(), new SharedSource(shared), new RecentSource()]);
    }

    /// <summary>Words as frequent as in natural text (Zipf's law), with passages that come again.</summary>
    public static int[] Text(int length, int seed)
    {
        var random = new Random(seed);
        List<int> text = [];
        while (text.Count < length)
        {
            for (var fresh = random.Next(30); fresh >= 0; fresh--) text.Add((int)Math.Pow(Vocabulary, random.NextDouble()) - 1);
            var source = random.Next(text.Count);
            text.AddRange(text.GetRange(source, Math.Min(random.Next(20), text.Count - source)));
        }
        return [.. text.Take(length)];
    }
}
