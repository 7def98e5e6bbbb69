using NGrammys.Drafting;

namespace NGrammys.Speculation.Benchmarks;

/// <summary>The rows of the table.</summary>
internal static class Strategies
{
    // What one source alone may spend: about what a processor verifies for the price of two or three tokens.
    private const int Alone = 16;

    private static readonly (int Rows, int Width)[] Rectangles = [(10, 10), (5, 14), (1, 10)];

    /// <summary>Most rows of a rectangle.</summary>
    public static int MostRows => Rectangles.Max(rectangle => rectangle.Rows);

    /// <summary>Most tokens of a row.</summary>
    public static int MostWidth => Rectangles.Max(rectangle => rectangle.Width);

    /// <summary>All strategies, each with its memory empty.</summary>
    /// <param name="bigram">The model's bigram table.</param>
    /// <param name="greedy">The table rolled out by the model itself, at least <see cref="MostRows"/> by <see cref="MostWidth"/>.</param>
    /// <param name="unigram">The model's unigram.</param>
    public static IEnumerable<IStrategy> All(ModelBigram bigram, IBigramRows greedy, ModelUnigram unigram)
    {
        foreach (var (rows, width) in Rectangles)
        {
            yield return new PaperStrategy(rows, width, bigram);
            yield return new PaperStrategy(rows, width, greedy, " greedy");
        }

        yield return new TreeStrategy("context", _ => [new ContextSource()], Alone);
        yield return new TreeStrategy("recent", _ => [new RecentSource()], Alone);
        yield return new TreeStrategy("shared", shared => [new SharedSource(shared)], Alone);
        yield return new TreeStrategy("unigram", _ => [new UnigramSource(unigram)], Alone);
        yield return new TreeStrategy("bigram", _ => [new BigramSource(bigram)], Alone);
        yield return new TreeStrategy("extended bigram", _ => [new ExtendedBigramSource(bigram)], Alone);
        yield return new TreeStrategy("extended bigram greedy", _ => [new ExtendedBigramSource(greedy)], Alone);
        yield return new TreeStrategy("recycled", _ => [new RecycledSource(2), new RecycledSource(1)], Alone);
        yield return new TreeStrategy("prediction", _ => [new PredictionSource()], Alone);
        foreach (var average in (int[])[8, 16, 25, 32]) yield return new TreeStrategy($"adaptive {average}", shared => Adaptive(bigram, shared), average);
    }

    private static IDraftSource[] Adaptive(ModelBigram bigram, SharedNGrams shared) =>
        [new ContextSource(), new SharedSource(shared), new RecycledSource(2), new RecycledSource(1), new BigramSource(bigram)];
}
