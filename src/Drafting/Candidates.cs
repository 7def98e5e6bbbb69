namespace NGrammys.Drafting;

/// <summary>What the sources together guess at one place: distinct tokens, each with every source's evidence for it.</summary>
/// <param name="sources">The sources.</param>
internal sealed class Candidates(IDraftSource[] sources)
{
    /// <summary>Stands for a source's cell where that source does not guess the token.</summary>
    public const short Absent = -1;

    private readonly int[] _tokens = new int[sources.Length * IDraftSource.MaxGuesses];
    private readonly short[] _cells = new short[sources.Length * sources.Length * IDraftSource.MaxGuesses];
    private readonly short[] _best = new short[sources.Length];
    private readonly Guess[] _guesses = new Guess[IDraftSource.MaxGuesses];

    /// <summary>Number of distinct tokens, C.</summary>
    public int Count { get; private set; }

    /// <summary>[C] the tokens.</summary>
    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, Count);

    /// <summary>[S] the cell of each source's likeliest guess; <see cref="Absent"/> where it has none.</summary>
    public ReadOnlySpan<short> Best => _best;

    /// <summary>[S] each source's cell for a candidate.</summary>
    public ReadOnlySpan<short> Cells(int candidate) => _cells.AsSpan(candidate * sources.Length, sources.Length);

    /// <summary>Asks all sources.</summary>
    public void Collect(ReadOnlySpan<int> text, int guessed)
    {
        Count = 0;
        for (var source = 0; source < sources.Length; source++)
        {
            var found = sources[source].Guess(text, guessed, _guesses);
            _best[source] = found > 0 ? (short)_guesses[0].Cell : Absent;
            foreach (var guess in _guesses.AsSpan(0, found)) _cells[Place(guess.Token) * sources.Length + source] = (short)guess.Cell;
        }
    }

    private int Place(int token)
    {
        var place = Tokens.IndexOf(token);
        if (place >= 0) return place;
        _tokens[Count] = token;
        _cells.AsSpan(Count * sources.Length, sources.Length).Fill(Absent);
        return Count++;
    }
}
