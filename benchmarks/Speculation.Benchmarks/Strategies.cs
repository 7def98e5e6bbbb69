using NGrammys.Drafting;

namespace NGrammys.Speculation.Benchmarks;

/// <summary>The rows of the table.</summary>
internal static class Strategies
{
    // What one source alone may spend: about what a processor verifies for the price of two or three tokens.
    private const int Alone = 16;

    /// <summary>All strategies, each with its memory empty.</summary>
    /// <param name="bigram">The model's bigram table.</param>
    public static IEnumerable<IStrategy> All(ModelBigram bigram)
    {
        foreach (var (rows, width) in ((int, int)[])[(10, 10), (5, 14), (1, 10)]) yield return new PaperStrategy(rows, width, bigram);
        yield return new TreeStrategy("context", _ => [new ContextSource()], Alone);
        yield return new TreeStrategy("recent", _ => [new RecentSource()], Alone);
        yield return new TreeStrategy("shared", shared => [new SharedSource(shared)], Alone);
        yield return new TreeStrategy("bigram", _ => [new BigramSource(bigram)], Alone);
        yield return new TreeStrategy("recycled", _ => [new RecycledSource(2), new RecycledSource(1)], Alone);
        yield return new TreeStrategy("prediction", _ => [new PredictionSource()], Alone);
        foreach (var average in (int[])[8, 16, 25, 32]) yield return new TreeStrategy($"adaptive {average}", shared => Adaptive(bigram, shared), average);
    }

    private static IDraftSource[] Adaptive(ModelBigram bigram, SharedNGrams shared) =>
        [new ContextSource(), new SharedSource(shared), new RecycledSource(2), new RecycledSource(1), new BigramSource(bigram)];
}
