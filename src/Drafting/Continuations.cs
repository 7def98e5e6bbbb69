using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace NGrammys.Drafting;

/// <summary>How often each token followed one context: the most frequent first, of equally frequent ones the lowest id.</summary>
/// <remarks>Most contexts have one continuation only, and that one needs no array. Used in place, by reference.</remarks>
internal struct Continuations
{
    private int _single;
    private int _total;
    private int[]? _several; // tokens in the first half, counts in the second

    /// <summary>Number of distinct tokens.</summary>
    public int Distinct { get; private set; }

    /// <summary>Occurrences of the context.</summary>
    public readonly int Total => _total;

    /// <summary>[Distinct] the tokens.</summary>
    [UnscopedRef]
    public Span<int> Tokens => _several is null ? MemoryMarshal.CreateSpan(ref _single, Distinct) : _several.AsSpan(0, Distinct);

    /// <summary>[Distinct] how often each followed.</summary>
    [UnscopedRef]
    public Span<int> Counts => _several is null ? MemoryMarshal.CreateSpan(ref _total, Distinct) : _several.AsSpan(_several.Length / 2, Distinct);

    /// <summary>Counts an occurrence.</summary>
    public void Add(int token)
    {
        var place = Tokens.IndexOf(token);
        if (place < 0) place = Append(token);
        if (_several is not null) Counts[place]++;
        _total++;
        for (; place > 0 && Before(place, place - 1); place--) Swap(place - 1);
    }

    /// <summary>Takes back an occurrence that was counted.</summary>
    public void Remove(int token)
    {
        var place = Tokens.IndexOf(token);
        _total--;
        if (_several is null)
        {
            if (_total == 0) Distinct = 0;
            return;
        }
        Counts[place]--;
        for (; place + 1 < Distinct && Before(place + 1, place); place++) Swap(place);
        if (Counts[place] == 0) Distinct--;
    }

    private int Append(int token)
    {
        if (Distinct == 0 && _several is null)
        {
            _single = token;
        }
        else
        {
            if (_several is null) _several = [_single, 0, _total, 0];
            else if (Distinct == _several.Length / 2) Grow(_several);
            _several[Distinct] = token;
            _several[_several.Length / 2 + Distinct] = 0;
        }
        return Distinct++;
    }

    private void Grow(int[] old)
    {
        _several = new int[old.Length * 2];
        old.AsSpan(0, Distinct).CopyTo(_several);
        old.AsSpan(Distinct, Distinct).CopyTo(_several.AsSpan(old.Length));
    }

    private bool Before(int place, int other) => Counts[place] > Counts[other] || Counts[place] == Counts[other] && Tokens[place] < Tokens[other];

    private void Swap(int place)
    {
        (Tokens[place], Tokens[place + 1]) = (Tokens[place + 1], Tokens[place]);
        (Counts[place], Counts[place + 1]) = (Counts[place + 1], Counts[place]);
    }
}
