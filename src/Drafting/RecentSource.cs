namespace NGrammys.Drafting;

/// <summary>Guesses the tokens that are frequent in the latest text of the same conversation: n-grams of order zero, for where no suffix matches.</summary>
/// <remarks>Evidence: how often the token stands among the latest <see cref="Window"/>.</remarks>
public sealed class RecentSource : IDraftSource
{
    /// <summary>Number of latest tokens that count.</summary>
    public const int Window = 256;

    // Distinct tokens of the window, the most frequent first, of equally frequent ones the latest counted.
    private readonly int[] _tokens = new int[Window];
    private readonly int[] _counts = new int[Window];
    private int _distinct;
    private int _length; // tokens of the conversation that were counted; of more than the window the latest

    /// <inheritdoc/>
    public DraftSource Kind => DraftSource.Context;

    /// <inheritdoc/>
    public int Cells => 16;

    /// <inheritdoc/>
    public float Prior(int cell) => 0.012f + 0.004f * cell;

    /// <inheritdoc/>
    public void Append(ReadOnlySpan<int> text)
    {
        if (_length != text.Length - 1)
        {
            _distinct = 0;
            foreach (var token in text[Math.Max(0, text.Length - Window)..^1]) Add(token);
        }
        else if (_length >= Window)
        {
            Remove(text[^(Window + 1)]);
        }
        Add(text[^1]);
        _length = text.Length;
    }

    /// <inheritdoc/>
    public void Truncate(int length) => _length = length == _length ? length : -1;

    /// <inheritdoc/>
    public int Guess(ReadOnlySpan<int> text, int guessed, Span<Guess> guesses)
    {
        var count = Math.Min(Math.Min(_distinct, guesses.Length), _length < 0 ? 0 : IDraftSource.MaxGuesses);
        for (var rank = 0; rank < count; rank++) guesses[rank] = new Guess(_tokens[rank], Math.Min(_counts[rank], Cells) - 1);
        return count;
    }

    private void Add(int token)
    {
        var place = _tokens.AsSpan(0, _distinct).IndexOf(token);
        if (place < 0) (_tokens[place = _distinct++], _counts[place]) = (token, 0);
        _counts[place]++;
        for (; place > 0 && _counts[place - 1] <= _counts[place]; place--) Swap(place - 1);
    }

    private void Remove(int token)
    {
        var place = _tokens.AsSpan(0, _distinct).IndexOf(token);
        _counts[place]--;
        for (; place + 1 < _distinct && _counts[place + 1] > _counts[place]; place++) Swap(place);
        if (_counts[place] == 0) _distinct--;
    }

    private void Swap(int place)
    {
        (_tokens[place], _tokens[place + 1]) = (_tokens[place + 1], _tokens[place]);
        (_counts[place], _counts[place + 1]) = (_counts[place + 1], _counts[place]);
    }
}
