namespace NGrammys.Drafting;

/// <summary>Guesses the same everywhere: what the model's weights make likely without any text.</summary>
/// <remarks>Evidence: the place. The paper measures it alone, and leaves it out of its mixed strategy; so do we.</remarks>
/// <param name="unigram">The model's table.</param>
public sealed class UnigramSource(ModelUnigram unigram) : IDraftSource
{
    /// <inheritdoc/>
    public DraftSource Kind => DraftSource.Unigram;

    /// <inheritdoc/>
    public int Cells => IDraftSource.MaxGuesses;

    /// <inheritdoc/>
    public float Prior(int cell) => cell < unigram.Probabilities.Length ? Math.Clamp(unigram.Probabilities[cell], 0.001f, 0.5f) : 0.001f;

    /// <inheritdoc/>
    public int Guess(ReadOnlySpan<int> text, int guessed, Span<Guess> guesses)
    {
        var count = Math.Min(Math.Min(unigram.Tokens.Length, guesses.Length), Cells);
        for (var rank = 0; rank < count; rank++) guesses[rank] = new Guess(unigram.Tokens[rank], rank);
        return count;
    }
}
