namespace NGrammys.Drafting;

/// <summary>Guesses what followed the current suffix in earlier replies to the same tenant.</summary>
/// <remarks>Evidence: the longest context that the token followed, and its probability by the counts of all of them, in steps of half a unit of log-odds.</remarks>
/// <param name="grams">The tenant's n-grams.</param>
public sealed class SharedSource(SharedNGrams grams) : IDraftSource
{
    private const int Steps = 16;
    private const float LeastLogOdds = -5;

    private readonly SharedContinuation[] _found = new SharedContinuation[SharedNGrams.Order * SharedContinuation.MaxOfContext];

    /// <inheritdoc/>
    public DraftSource Kind => DraftSource.Shared;

    /// <inheritdoc/>
    public int Cells => SharedNGrams.Order * Steps;

    /// <inheritdoc/>
    public float Prior(int cell) => 1 / (1 + MathF.Exp(-(LeastLogOdds + (cell % Steps + 0.5f) / 2)));

    /// <inheritdoc/>
    public int Guess(ReadOnlySpan<int> text, int guessed, Span<Guess> guesses)
    {
        var left = _found.AsSpan(0, grams.Find(text, _found));
        var count = 0;
        for (; count < guesses.Length && left.Length > 0; left = left[..^1])
        {
            var likeliest = 0;
            for (var other = 1; other < left.Length; other++)
            {
                if (left[other].Probability > left[likeliest].Probability) likeliest = other;
            }
            guesses[count++] = new Guess(left[likeliest].Token, Cell(left[likeliest]));
            left[likeliest] = left[^1];
        }
        return count;
    }

    private static int Cell(in SharedContinuation found)
    {
        var logOdds = MathF.Log(found.Probability / (1 - found.Probability));
        return (found.Order - 1) * Steps + Math.Clamp((int)((logOdds - LeastLogOdds) * 2), 0, Steps - 1);
    }
}
