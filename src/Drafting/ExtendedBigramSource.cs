namespace NGrammys.Drafting;

/// <summary>Guesses along the continuations that the model gives to the last token of the conversation without any other context.</summary>
/// <remarks>Evidence: depth and place. Whether the rows come from the table or from greedy decoding is the business of <see cref="IBigramRows"/>. Not thread-safe.</remarks>
/// <param name="rows">The continuations.</param>
public sealed class ExtendedBigramSource(IBigramRows rows) : IDraftSource
{
    /// <summary>Most tokens of a continuation that are guessed.</summary>
    public const int MaxDepth = 10;

    private const int Places = 3;

    private readonly int[] _rows = new int[IDraftSource.MaxGuesses * MaxDepth];
    private int _token = -1;
    private int _count;

    /// <inheritdoc/>
    public DraftSource Kind => DraftSource.ExtendedBigram;

    /// <inheritdoc/>
    public int Cells => MaxDepth * Places;

    // The first token comes true as often as a bigram, a later one as often as a model is right that has hardly any context.
    /// <inheritdoc/>
    public float Prior(int cell) => cell >= Places ? 0.25f : cell == 0 ? 0.14f : 0.05f;

    /// <inheritdoc/>
    public int Guess(ReadOnlySpan<int> text, int guessed, Span<Guess> guesses)
    {
        if (guessed >= MaxDepth || guessed >= text.Length) return 0;
        Copy(text[^(guessed + 1)]);
        var path = text[^guessed..];
        var count = 0;
        for (var row = 0; row < _count && count < guesses.Length; row++)
        {
            var tokens = _rows.AsSpan(row * MaxDepth, MaxDepth);
            // First tokens are distinct: behind a guessed path at most one row goes on.
            if (tokens[..guessed].SequenceEqual(path)) guesses[count++] = new Guess(tokens[guessed], guessed * Places + Math.Min(row, Places - 1));
        }

        return count;
    }

    private void Copy(int token)
    {
        if (token == _token) return;
        _count = rows.Copy(token, MaxDepth, _rows);
        _token = token;
    }
}
