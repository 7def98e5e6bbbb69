namespace NGrammys.Drafting;

/// <summary>Somebody who guesses the token behind a text, and says on what evidence.</summary>
/// <remarks>
/// How far a guess is to be trusted is not the source's business: it names the evidence by a small number, its cell (say, "matched 3 tokens, seen
/// twice, second place"), and <see cref="SurvivalModel"/> learns how often guesses of that cell come true and how the sources are to be weighed
/// against each other. Calls come from one thread at a time and allocate nothing once buffers have grown.
/// </remarks>
public interface IDraftSource
{
    /// <summary>Most guesses that a source is asked for at one place.</summary>
    const int MaxGuesses = 8;

    /// <summary>Who this is.</summary>
    DraftSource Kind { get; }

    /// <summary>Number of kinds of evidence that are told apart.</summary>
    int Cells { get; }

    /// <summary>How often guesses of a cell come true before anything was learned, in (0, 1).</summary>
    float Prior(int cell);

    /// <summary>The conversation has grown by its last token.</summary>
    /// <param name="text">The whole conversation.</param>
    void Append(ReadOnlySpan<int> text)
    {
    }

    /// <summary>The conversation has been cut back to its first <paramref name="length"/> tokens.</summary>
    void Truncate(int length)
    {
    }

    /// <summary>A caller expects a reply.</summary>
    /// <param name="start">Length of the conversation before the reply.</param>
    /// <param name="reply">The expected text; empty where nothing is expected any more.</param>
    void Expect(int start, ReadOnlySpan<int> reply)
    {
    }

    /// <summary>The model has named its likeliest next tokens behind a text that it verified, whether that text came true or not.</summary>
    /// <param name="text">The last tokens of that text.</param>
    /// <param name="next">[K] the likeliest next tokens, the likeliest first.</param>
    /// <param name="shares">[K] their probabilities among the K, in 255ths.</param>
    void Learn(ReadOnlySpan<int> text, ReadOnlySpan<int> next, ReadOnlySpan<byte> shares)
    {
    }

    /// <summary>Guesses what follows a text.</summary>
    /// <param name="text">The conversation and, behind it, a guessed path.</param>
    /// <param name="guessed">Number of tokens of that path, 0 at the end of the conversation itself.</param>
    /// <param name="guesses">Receives distinct tokens, the likeliest first; at most <see cref="MaxGuesses"/>.</param>
    /// <returns>Number of guesses; 0 is a normal answer.</returns>
    int Guess(ReadOnlySpan<int> text, int guessed, Span<Guess> guesses);
}
