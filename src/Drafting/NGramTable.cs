namespace NGrammys.Drafting;

/// <summary>Where the n-grams of one order end in a token sequence: a hash table of the latest ends, each chained to the one before it, as in LZ77 coders.</summary>
/// <remarks>The sequence belongs to the caller and is passed to every call. An n-gram is named by its end: the number of tokens up to and with its last.</remarks>
/// <param name="order">Tokens per n-gram, n.</param>
internal sealed class NGramTable(int order)
{
    private const int None = 0;

    private int[] _latest = new int[64]; // open addressing with linear probing
    private int[] _previous = new int[64]; // by end
    private int _distinct;

    /// <summary>Tokens per n-gram.</summary>
    public int Order => order;

    /// <summary>End of the latest added occurrence of the n-gram that ends at <paramref name="end"/>, which need not be added itself; 0 if there is none.</summary>
    public int Latest(ReadOnlySpan<int> tokens, int end) => _latest[Slot(tokens, end)];

    /// <summary>By the end of an added occurrence, the end of the one before it; 0 if there is none.</summary>
    public ReadOnlySpan<int> Previous => _previous;

    /// <summary>Adds the n-gram that ends at <paramref name="end"/>, which is behind all ends added so far.</summary>
    public void Add(ReadOnlySpan<int> tokens, int end)
    {
        if (end >= _previous.Length) Array.Resize(ref _previous, Math.Max(end + 1, _previous.Length * 2));
        if ((_distinct + 1) * 4 > _latest.Length * 3) Grow(tokens);
        ref var latest = ref _latest[Slot(tokens, end)];
        if (latest == None) _distinct++;
        _previous[end] = latest;
        latest = end;
    }

    /// <summary>Removes the n-gram that ends at <paramref name="end"/>, the last one added.</summary>
    public void Remove(ReadOnlySpan<int> tokens, int end)
    {
        var slot = Slot(tokens, end);
        _latest[slot] = _previous[end];
        if (_latest[slot] == None) Close(tokens, slot);
    }

    private int Slot(ReadOnlySpan<int> tokens, int end)
    {
        var wanted = tokens[(end - order)..end];
        var slot = Home(wanted);
        while (_latest[slot] != None && !tokens[(_latest[slot] - order).._latest[slot]].SequenceEqual(wanted)) slot = Next(slot);
        return slot;
    }

    // A freed slot would cut the probe sequences that pass it: what was displaced moves back.
    private void Close(ReadOnlySpan<int> tokens, int hole)
    {
        _distinct--;
        for (var slot = Next(hole); _latest[slot] != None; slot = Next(slot))
        {
            var home = Home(tokens[(_latest[slot] - order).._latest[slot]]);
            if (Distance(home, slot) < Distance(hole, slot)) continue;
            _latest[hole] = _latest[slot];
            _latest[slot] = None;
            hole = slot;
        }
    }

    private void Grow(ReadOnlySpan<int> tokens)
    {
        var ends = _latest;
        _latest = new int[ends.Length * 2];
        foreach (var end in ends)
        {
            if (end != None) _latest[Slot(tokens, end)] = end;
        }
    }

    private int Home(ReadOnlySpan<int> gram)
    {
        var hash = 0UL;
        foreach (var token in gram) hash = (hash ^ (uint)token) * 0x9E3779B97F4A7C15;
        return (int)(hash >> 32) & (_latest.Length - 1);
    }

    private int Next(int slot) => (slot + 1) & (_latest.Length - 1);

    private int Distance(int from, int to) => (to - from) & (_latest.Length - 1);
}
