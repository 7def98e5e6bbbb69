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
        var whole = length < _suffix.Length;
        if (whole) _suffix[^++length] = Begin;
        var found = _expected.Find(_suffix.AsSpan(_suffix.Length - length), _found);
        var count = 0;
        for (var rank = 0; rank < found; rank++)
        {
            if (_found[rank].Token < 0) continue;
            // Whoever has said nothing else so far is as likely to go on with it as behind the longest match.
            var match = whole && _found[rank].MatchLength == length ? _found[rank] with { MatchLength = ContextIndex.MaxMatchLength } : _found[rank];
            guesses[count++] = new Guess(match.Token, ContextSource.Cell(match, rank));
        }
        return count;
    }
}
