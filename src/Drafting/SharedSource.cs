namespace NGrammys.Drafting;

/// <summary>Guesses what followed the current suffix in earlier replies to the same tenant.</summary>
/// <remarks>Evidence: the longest context that the token followed, and its probability by the counts of all of them, in steps of half a unit of log-odds.</remarks>
/// <param name="grams">The tenant's n-grams.</param>
public sealed class SharedSource(SharedNGrams grams) : IDraftSource
{
    private const int Steps = 16;
    private const float LeastLogOdds = -5;

    // The least probability of each step but the first.
    private static readonly float[] Bounds = [.. Enumerable.Range(1, Steps - 1).Select(step => LogOdds.Probability(LeastLogOdds + step / 2f))];

    private readonly SharedContinuations _found = new();
    private readonly int[] _likeliest = new int[IDraftSource.MaxGuesses]; // places among those found

    /// <inheritdoc/>
    public DraftSource Kind => DraftSource.Shared;

    /// <inheritdoc/>
    public int Cells => SharedNGrams.Order * Steps;

    /// <inheritdoc/>
    public float Prior(int cell) => LogOdds.Probability(LeastLogOdds + (cell % Steps + 0.5f) / 2);

    /// <inheritdoc/>
    public int Guess(ReadOnlySpan<int> text, int guessed, Span<Guess> guesses)
    {
        grams.Find(text, _found);
        var probabilities = _found.Probabilities;
        var (count, most) = (0, Math.Min(guesses.Length, _likeliest.Length));
        for (var place = 0; place < probabilities.Length; place++)
        {
            if (count == most && probabilities[place] <= probabilities[_likeliest[count - 1]]) continue;
            var rank = count < most ? count++ : count - 1;
            for (; rank > 0 && probabilities[_likeliest[rank - 1]] < probabilities[place]; rank--) _likeliest[rank] = _likeliest[rank - 1];
            _likeliest[rank] = place;
        }
        for (var rank = 0; rank < count; rank++)
        {
            var place = _likeliest[rank];
            guesses[rank] = new Guess(_found.Tokens[place], (_found.Orders[place] - 1) * Steps + Step(probabilities[place]));
        }
        return count;
    }

    private static int Step(float probability)
    {
        var step = 0;
        while (step < Bounds.Length && probability >= Bounds[step]) step++;
        return step;
    }
}
