namespace NGrammys.Drafting;

/// <summary>Guesses that the reply goes on as the caller said it would: text of one turn only, such as a file of which a few lines change.</summary>
/// <remarks>
/// The reply is matched against the expected text, the longest suffix first, so that it is found again behind a change. Evidence as in
/// <see cref="ContextSource"/>; at the beginning of a turn the expected text's own beginning is the guess.
/// </remarks>
public sealed class PredictionSource : IDraftSource
{
    // Marks that are no tokens: a reply begins where the expected text begins, and behind its end nothing is known.
    private const int Begin = -2;
    private const int End = -1;

    private readonly Continuation[] _found = new Continuation[IDraftSource.MaxGuesses];
    private readonly int[] _suffix = new int[ContextIndex.MaxMatchLength];
    private readonly ContextIndex _expected = new();
    private int _start;

    /// <inheritdoc/>
    public DraftSource Kind => DraftSource.Prediction;

    /// <inheritdoc/>
    public int Cells => ContextSource.CellCount;

    /// <inheritdoc/>
    public void Expect(int start, ReadOnlySpan<int> reply)
    {
        _start = start;
        _expected.Truncate(0);
        if (reply.IsEmpty) return;
        _expected.Append(Begin);
        foreach (var token in reply) _expected.Append(token);
        _expected.Append(End);
    }

    /// <inheritdoc/>
    public float Prior(int cell) => ContextSource.PriorOf(cell);

    /// <inheritdoc/>
    public int Guess(ReadOnlySpan<int> text, int guessed, Span<Guess> guesses)
    {
        if (_expected.Length == 0 || text.Length < _start) return 0;
        var reply = text[_start..];
        var length = Math.Min(reply.Length, _suffix.Length);
        reply[^length..].CopyTo(_suffix.AsSpan(_suffix.Length - length));
        if (length < _suffix.Length) _suffix[^++length] = Begin;
        var found = _expected.Find(_suffix.AsSpan(_suffix.Length - length), _found);
        var count = 0;
        for (var rank = 0; rank < found; rank++)
        {
            if (_found[rank].Token >= 0) guesses[count++] = new Guess(_found[rank].Token, ContextSource.Cell(_found[rank], rank));
        }
        return count;
    }
}
