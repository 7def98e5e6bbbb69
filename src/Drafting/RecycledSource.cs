namespace NGrammys.Drafting;

/// <summary>Guesses what the model named as likeliest when it last met the same n-gram at a verified node of this conversation, accepted or not.</summary>
/// <param name="order">Tokens of the n-gram: 1, as in arXiv 2408.08696, or 2 or 3, which speak seldom but are right more often.</param>
public sealed class RecycledSource(int order) : IDraftSource
{
    /// <summary>The longest n-gram.</summary>
    public const int MaxOrder = 3;

    private readonly RecycledTable _table = new(order);

    /// <inheritdoc/>
    public DraftSource Kind => DraftSource.Recycled;

    /// <inheritdoc/>
    public int Cells => LikelyGuesses.Cells;

    /// <inheritdoc/>
    public float Prior(int cell) => LikelyGuesses.Share(cell) * (order == 1 ? 0.5f : 0.7f);

    /// <inheritdoc/>
    public void Learn(ReadOnlySpan<int> text, ReadOnlySpan<int> next, ReadOnlySpan<byte> shares) => _table.Learn(text, next, shares);

    /// <inheritdoc/>
    public int Guess(ReadOnlySpan<int> text, int guessed, Span<Guess> guesses) =>
        _table.TryFind(text, out var tokens, out var shares) ? LikelyGuesses.Guess(tokens, shares, guesses) : 0;
}
