namespace NGrammys.Drafting;

/// <summary>Guesses what the model says behind the last token without any context.</summary>
/// <param name="bigram">The model's table.</param>
public sealed class BigramSource(ModelBigram bigram) : IDraftSource
{
    // Without its context a model is right far less often than it believes.
    private const float Trust = 0.35f;

    /// <inheritdoc/>
    public DraftSource Kind => DraftSource.Bigram;

    /// <inheritdoc/>
    public int Cells => LikelyGuesses.Cells;

    /// <inheritdoc/>
    public float Prior(int cell) => Trust * LikelyGuesses.Share(cell);

    /// <inheritdoc/>
    public int Guess(ReadOnlySpan<int> text, int guessed, Span<Guess> guesses)
    {
        // A text in another model's ids is not our error to report.
        if (text.Length == 0 || (uint)text[^1] >= (uint)bigram.Vocabulary) return 0;
        return LikelyGuesses.Guess(bigram.Next(text[^1]), bigram.Shares(text[^1]), guesses);
    }
}
