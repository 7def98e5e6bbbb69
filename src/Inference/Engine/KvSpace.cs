using NGrammys.Inference.Execution;

namespace NGrammys.Inference.Engine;

/// <summary>The rows of a KV cache and who holds them: contiguous runs that never overlap. Where holes are too small, neighbours are moved together.</summary>
/// <remarks>Called only on the engine thread, between two steps.</remarks>
internal sealed class KvSpace(IForwardExecutor executor)
{
    private readonly List<IKvHolder> _holders = []; // by their rows

    /// <summary>Rows in all.</summary>
    public int Rows { get; } = executor.KvRows;

    /// <summary>Rows that nobody holds, in one hole or in many.</summary>
    public int Free { get; private set; } = executor.KvRows;

    /// <summary>Gives rows to somebody who has none, if there is a hole so large.</summary>
    public bool TryTake(IKvHolder holder, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        var at = Hole(length);
        if (at < 0) return false;
        Insert(at, holder, length);
        return true;
    }

    /// <summary>Gives rows to somebody who has none. So many must be free.</summary>
    public void Take(IKvHolder holder, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Free);
        // Those at the front move together until the hole behind them is large enough.
        for (var packed = 0; !TryTake(holder, length); packed++) Move(_holders[packed], EndBefore(packed));
    }

    /// <summary>Lengthens somebody's rows in place, if nobody is in the way.</summary>
    public bool TryExtend(IKvHolder holder, int length)
    {
        var at = _holders.IndexOf(holder);
        if (StartAt(at + 1) - holder.Extent!.Value.First < length) return false;
        Resize(holder, length);
        return true;
    }

    /// <summary>Lengthens somebody's rows, moving them or others. What is missing must be free.</summary>
    public void Grow(IKvHolder holder, int length)
    {
        if (TryExtend(holder, length)) return;
        var extent = holder.Extent!.Value;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length - extent.Length, Free);
        var at = _holders.IndexOf(holder);
        Remove(at);
        if (Hole(length) is >= 0 and var hole)
        {
            Insert(hole, holder, length);
            executor.CopyRows(extent.First, holder.Extent!.Value.First, holder.Cached);
            return;
        }

        // No hole is large enough, even with its own rows: who lies before it moves to the front, who lies behind it to the back.
        _holders.Insert(at, holder);
        Free -= extent.Length;
        for (var i = 0; i <= at; i++) Move(_holders[i], EndBefore(i));
        for (var i = _holders.Count - 1; i > at; i--) Move(_holders[i], StartAt(i + 1) - _holders[i].Extent!.Value.Length);
        Resize(holder, length);
    }

    /// <summary>Takes the last rows away from somebody.</summary>
    public void Shrink(IKvHolder holder, int length) => Resize(holder, length);

    /// <summary>Gives somebody's rows to another, who has none.</summary>
    public void Replace(IKvHolder holder, IKvHolder by)
    {
        _holders[_holders.IndexOf(holder)] = by;
        (by.Extent, holder.Extent) = (holder.Extent, null);
    }

    /// <summary>Takes somebody's rows back.</summary>
    public void Return(IKvHolder holder)
    {
        Remove(_holders.IndexOf(holder));
        holder.Extent = null;
    }

    private int EndBefore(int at) => at == 0 ? 0 : _holders[at - 1].Extent!.Value.End;

    private int StartAt(int at) => at == _holders.Count ? Rows : _holders[at].Extent!.Value.First;

    // Index of the first holder behind a hole so large; -1 if there is none.
    private int Hole(int length)
    {
        for (var at = 0; at <= _holders.Count; at++)
        {
            if (StartAt(at) - EndBefore(at) >= length) return at;
        }

        return -1;
    }

    private void Insert(int at, IKvHolder holder, int length)
    {
        holder.Extent = new KvExtent(EndBefore(at), length);
        _holders.Insert(at, holder);
        Free -= length;
    }

    private void Remove(int at)
    {
        Free += _holders[at].Extent!.Value.Length;
        _holders.RemoveAt(at);
    }

    private void Resize(IKvHolder holder, int length)
    {
        var extent = holder.Extent!.Value;
        Free -= length - extent.Length;
        holder.Extent = extent with { Length = length };
    }

    private void Move(IKvHolder holder, int first)
    {
        var extent = holder.Extent!.Value;
        if (extent.First == first) return;
        executor.CopyRows(extent.First, first, holder.Cached);
        holder.Extent = extent with { First = first };
    }
}
