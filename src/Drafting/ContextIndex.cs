namespace NGrammys.Drafting;

/// <summary>The n-gram index of one token sequence: which tokens followed the earlier occurrences of its current suffix.</summary>
/// <remarks>
/// <para>Occurrences of the last 4, 2 and 1 tokens are chained from the latest to the first; comparing backwards along the chains gives every
/// occurrence its full match length. So the longest match is found whatever its length, tokens are appended and removed in O(1), and unlike in a
/// suffix automaton an edit costs what it removes. About 50 bytes per token.</para>
/// <para>An occurrence may overlap the current suffix: in a loop the continuation runs on into itself. Not thread-safe.</para>
/// </remarks>
public sealed class ContextIndex
{
    /// <summary>Greatest match length that is told apart.</summary>
    public const int MaxMatchLength = 32;

    /// <summary>Most occurrences that one search looks at: those of the longest n-grams, of these the latest.</summary>
    public const int MaxOccurrences = 32;

    private readonly NGramTable[] _tables;
    private int[] _tokens;

    /// <summary>Begins empty.</summary>
    public ContextIndex() => (_tables, _tokens) = ([new(4), new(2), new(1)], new int[128]);

    /// <summary>Number of tokens.</summary>
    public int Length { get; private set; }

    /// <summary>Appends a token. O(1) amortised.</summary>
    public void Append(int token)
    {
        Reserve(1);
        _tokens[Length++] = token;
        foreach (var table in _tables)
        {
            if (Length >= table.Order) table.Add(_tokens, Length);
        }
    }

    /// <summary>Removes the tokens behind the first <paramref name="length"/>. O(1) per removed token.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative or greater than <see cref="Length"/>.</exception>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        for (; Length > length; Length--)
        {
            foreach (var table in _tables)
            {
                if (Length >= table.Order) table.Remove(_tokens, Length);
            }
        }
    }

    /// <summary>Finds what followed the suffixes of this sequence as if <paramref name="path"/> stood behind it.</summary>
    /// <param name="path">Guessed tokens; empty for the end of the sequence itself.</param>
    /// <param name="found">Receives the distinct continuations, the longest match first, of equal ones that with the latest such match.
    /// When it is full, further tokens are left out.</param>
    /// <returns>Number of continuations.</returns>
    public int Find(ReadOnlySpan<int> path, Span<Continuation> found)
    {
        // Behind the sequence itself the path is matched and continued like any token of it.
        Reserve(path.Length);
        path.CopyTo(_tokens.AsSpan(Length));
        ReadOnlySpan<int> tokens = _tokens.AsSpan(0, Length + path.Length);
        var (count, occurrences, longerOrder) = (0, 0, int.MaxValue);
        foreach (var table in _tables)
        {
            if (tokens.Length < table.Order) continue;
            var previous = table.Previous;
            for (var end = table.Latest(tokens, tokens.Length); end > 0 && occurrences < MaxOccurrences; end = previous[end])
            {
                if (end == tokens.Length) continue;
                var length = MatchLength(tokens, end, table.Order);
                if (length >= longerOrder) continue;
                occurrences++;
                count = Count(found, count, tokens[end], length);
            }
            longerOrder = table.Order;
        }
        return count;
    }

    private static int MatchLength(ReadOnlySpan<int> tokens, int end, int known)
    {
        var limit = Math.Min(end, MaxMatchLength);
        while (known < limit && tokens[end - known - 1] == tokens[^(known + 1)]) known++;
        return known;
    }

    private static int Count(Span<Continuation> found, int count, int token, int length)
    {
        var place = 0;
        while (place < count && found[place].Token != token) place++;
        if (place == found.Length) return count;
        var continuation = place < count
            ? new Continuation(token, Math.Max(length, found[place].MatchLength), found[place].Count + 1)
            : new Continuation(token, length, 1);
        count = Math.Max(count, place + 1);
        for (; place > 0 && found[place - 1].MatchLength < continuation.MatchLength; place--) found[place] = found[place - 1];
        found[place] = continuation;
        return count;
    }

    private void Reserve(int count)
    {
        if (Length + count > _tokens.Length) Array.Resize(ref _tokens, Math.Max(Length + count, _tokens.Length * 2));
    }
}
