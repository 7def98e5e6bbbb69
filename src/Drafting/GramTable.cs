namespace NGrammys.Drafting;

/// <summary>What followed each context, by the context's hash: open addressing, so that a context that is not there costs one look into memory.</summary>
/// <remarks>A key is taken for its context: two of a tenant's contexts share 64 bits less often than a memory cell breaks. Not thread-safe.</remarks>
internal sealed class GramTable
{
    /// <summary>Stands for no row.</summary>
    public const int None = -1;

    private const ulong Free = 0;

    private ulong[] _keys = new ulong[64];
    private Continuations[] _rows = new Continuations[64];
    private int _count;

    /// <summary>The row of a context, or <see cref="None"/>. It holds until something is added or removed.</summary>
    /// <param name="key">Hash of the context; not 0.</param>
    public int Find(ulong key)
    {
        var keys = _keys;
        for (var row = (int)key & (keys.Length - 1); keys[row] != Free; row = (row + 1) & (keys.Length - 1))
        {
            if (keys[row] == key) return row;
        }
        return None;
    }

    /// <summary>What followed the context of a row.</summary>
    public ref Continuations this[int row] => ref _rows[row];

    /// <summary>The row of a context, which is added where it is missing.</summary>
    /// <param name="key">Hash of the context; not 0.</param>
    public int FindOrAdd(ulong key)
    {
        var found = Find(key);
        if (found != None) return found;
        if (++_count * 8L > _keys.Length * 5L) Grow();
        var row = Home(key);
        while (_keys[row] != Free) row = Next(row);
        _keys[row] = key;
        return row;
    }

    /// <summary>Removes a row.</summary>
    public void Remove(int row)
    {
        _count--;
        (_keys[row], _rows[row]) = (Free, default);
        // A freed row would cut the probe sequences that pass it: what was displaced moves back.
        for (var (hole, other) = (row, Next(row)); _keys[other] != Free; other = Next(other))
        {
            if (Distance(Home(_keys[other]), other) < Distance(hole, other)) continue;
            (_keys[hole], _rows[hole]) = (_keys[other], _rows[other]);
            (_keys[other], _rows[other]) = (Free, default);
            hole = other;
        }
    }

    private void Grow()
    {
        var (keys, rows) = (_keys, _rows);
        (_keys, _rows) = (new ulong[keys.Length * 2], new Continuations[keys.Length * 2]);
        for (var old = 0; old < keys.Length; old++)
        {
            if (keys[old] == Free) continue;
            var row = Home(keys[old]);
            while (_keys[row] != Free) row = Next(row);
            (_keys[row], _rows[row]) = (keys[old], rows[old]);
        }
    }

    private int Home(ulong key) => (int)key & (_keys.Length - 1);

    private int Next(int row) => (row + 1) & (_keys.Length - 1);

    private int Distance(int from, int to) => (to - from) & (_keys.Length - 1);
}
