namespace NGrammys.Drafting;

/// <summary>The likeliest next tokens that a model named behind the latest occurrence of an n-gram, at verified nodes of one conversation, rejected ones too.</summary>
/// <remarks>
/// After arXiv 2408.08696, which keeps one row per token. Bounded: sets of four rows, and when a set of the largest table is full the row that
/// was written longest ago makes way. About 56 bytes a row. Not thread-safe.
/// </remarks>
/// <param name="order">Tokens per n-gram, 1 to 3.</param>
internal sealed class RecycledTable(int order)
{
    /// <summary>Next tokens per row.</summary>
    public const int Width = 8;

    private const int Nothing = -1;
    private const int Ways = 4;
    private const int MaxRows = 1 << 14;

    private ulong[] _keys = new ulong[256]; // 0 = free
    private uint[] _written = new uint[256];
    private int[] _tokens = new int[256 * Width];
    private byte[] _shares = new byte[256 * Width];
    private int _count;
    private uint _clock;

    /// <summary>Remembers what the model named behind the n-gram that ends a text; a text shorter than the n-gram is passed over.</summary>
    /// <param name="text">At least the last tokens of the text.</param>
    /// <param name="tokens">At most <see cref="Width"/> distinct tokens, the likeliest first.</param>
    /// <param name="shares">Their probabilities among themselves, in 255ths.</param>
    public void Learn(ReadOnlySpan<int> text, ReadOnlySpan<int> tokens, ReadOnlySpan<byte> shares)
    {
        if (text.Length < order || tokens.Length == 0) return;
        if (_count * 2 > _keys.Length && _keys.Length < MaxRows) Grow();
        var row = Place(Key(text));
        _written[row] = ++_clock;
        var kept = Math.Min(tokens.Length, Width);
        tokens[..kept].CopyTo(_tokens.AsSpan(row * Width));
        // A model of fewer tokens leaves the end of the row empty.
        _tokens.AsSpan(row * Width + kept, Width - kept).Fill(Nothing);
        shares[..kept].CopyTo(_shares.AsSpan(row * Width, Width));
    }

    /// <summary>Finds what was remembered behind the n-gram that ends a text.</summary>
    /// <returns>Whether there was anything.</returns>
    public bool TryFind(ReadOnlySpan<int> text, out ReadOnlySpan<int> tokens, out ReadOnlySpan<byte> shares)
    {
        tokens = [];
        shares = [];
        if (text.Length < order) return false;
        var row = Find(Key(text));
        if (row < 0) return false;
        tokens = _tokens.AsSpan(row * Width, Width);
        var kept = tokens.IndexOf(Nothing);
        if (kept >= 0) tokens = tokens[..kept];
        shares = _shares.AsSpan(row * Width, tokens.Length);
        return true;
    }

    private int Find(ulong key)
    {
        var set = Set(key);
        for (var row = set; row < set + Ways; row++)
        {
            if (_keys[row] == key) return row;
        }

        return -1;
    }

    private int Place(ulong key)
    {
        var found = Find(key);
        if (found >= 0) return found;
        var set = Set(key);
        var oldest = set;
        for (var row = set; row < set + Ways; row++)
        {
            if (_keys[row] == 0)
            {
                _count++;
                _keys[row] = key;
                return row;
            }

            // The clock may wrap: ages, not times, are compared.
            if (_clock - _written[row] > _clock - _written[oldest]) oldest = row;
        }

        _keys[oldest] = key;
        return oldest;
    }

    private void Grow()
    {
        var (keys, written, tokens, shares) = (_keys, _written, _tokens, _shares);
        var rows = keys.Length * 2;
        (_keys, _written, _tokens, _shares, _count) = (new ulong[rows], new uint[rows], new int[rows * Width], new byte[rows * Width], 0);
        for (var old = 0; old < keys.Length; old++)
        {
            if (keys[old] == 0) continue;
            var row = Place(keys[old]);
            _written[row] = written[old];
            tokens.AsSpan(old * Width, Width).CopyTo(_tokens.AsSpan(row * Width));
            shares.AsSpan(old * Width, Width).CopyTo(_shares.AsSpan(row * Width));
        }
    }

    private int Set(ulong key) => ((int)(key >> 32) & (_keys.Length / Ways - 1)) * Ways;

    // Two n-grams share a key about once in 2^64 pairs; the worst that comes of it is a bad guess.
    private ulong Key(ReadOnlySpan<int> text)
    {
        var hash = 0UL;
        foreach (var token in text[^order..]) hash = (hash ^ (uint)token) * 0x9E3779B97F4A7C15 + 0x632BE59BD9B4E019;
        return hash == 0 ? 1 : hash;
    }
}
