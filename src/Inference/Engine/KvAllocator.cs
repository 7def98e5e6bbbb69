namespace NGrammys.Inference.Engine;

/// <summary>A run of KV cache rows that belongs to one sequence.</summary>
public readonly record struct KvExtent(int First, int Length);

/// <summary>Hands out runs of cache rows: first fit, neighbours merged when they come back. Called only on the engine thread.</summary>
public sealed class KvAllocator
{
    private readonly List<KvExtent> _free;

    /// <summary>All rows are free.</summary>
    public KvAllocator(int rows) => (Rows, _free) = (rows, [new KvExtent(0, rows)]);

    /// <summary>Rows in all.</summary>
    public int Rows { get; }

    /// <summary>Rows handed out.</summary>
    public int Used => Rows - _free.Sum(extent => extent.Length);

    /// <summary>Takes a run of rows, or says that none is free.</summary>
    public bool TryTake(int length, out KvExtent extent)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        for (var i = 0; i < _free.Count; i++)
        {
            var free = _free[i];
            if (free.Length < length) continue;
            extent = new KvExtent(free.First, length);
            if (free.Length == length) _free.RemoveAt(i);
            else _free[i] = new KvExtent(free.First + length, free.Length - length);
            return true;
        }

        extent = default;
        return false;
    }

    /// <summary>Gives a run back, whole.</summary>
    public void Return(KvExtent extent)
    {
        var at = _free.FindIndex(free => free.First > extent.First);
        if (at < 0) at = _free.Count;
        _free.Insert(at, extent);
        MergeWithNext(at);
        if (at > 0) MergeWithNext(at - 1);
    }

    private void MergeWithNext(int at)
    {
        if (at + 1 >= _free.Count || _free[at].First + _free[at].Length != _free[at + 1].First) return;
        _free[at] = new KvExtent(_free[at].First, _free[at].Length + _free[at + 1].Length);
        _free.RemoveAt(at + 1);
    }
}
