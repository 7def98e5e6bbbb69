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

    /// <summary>Gives rows to somebody who has none, if there is a hole so large or one can be made.</summary>
    /// <param name="holder">Somebody.</param>
    /// <param name="length">Rows.</param>
    /// <param name="most">Rows that may be moved to make it.</param>
    public bool TryTake(IKvHolder holder, int length, int most = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        if (Holes(length, most, latestFirst: _holders.Count, earliestLast: 0) is not { } holes) return false;
        for (var i = holes.First; i < holes.Last; i++) Move(_holders[i], EndBefore(i));
        Insert(holes.Last, holder, length);
        return true;
    }

    /// <summary>Lengthens somebody's rows in place, if nobody is in the way.</summary>
    public bool TryExtend(IKvHolder holder, int length)
    {
        if (StartAt(IndexOf(holder) + 1) - holder.Extent!.Value.First < length) return false;
        Resize(holder, length);
        return true;
    }

    /// <summary>Lengthens somebody's rows, moving them or those around them.</summary>
    /// <param name="holder">Somebody.</param>
    /// <param name="length">Rows, more than there are.</param>
    /// <param name="most">Rows that may be moved where no hole is large enough.</param>
    public bool TryGrow(IKvHolder holder, int length, int most)
    {
        if (TryExtend(holder, length)) return true;
        var (at, extent) = (IndexOf(holder), holder.Extent!.Value);
        Remove(at);
        if (TryTake(holder, length))
        {
            executor.CopyRows(extent.First, holder.Extent!.Value.First, holder.Cached);
            return true;
        }

        // No hole is large enough, even with its own rows: who lies before it moves to the front, who lies behind it to the back.
        _holders.Insert(at, holder);
        Free -= extent.Length;
        if (Holes(length - extent.Length, most, latestFirst: at, earliestLast: at + 1) is not { } holes) return false;
        for (var i = holes.First; i <= at; i++) Move(_holders[i], EndBefore(i));
        for (var i = holes.Last - 1; i > at; i--) Move(_holders[i], StartAt(i + 1) - _holders[i].Extent!.Value.Length);
        Resize(holder, length);
        return true;
    }

    /// <summary>Takes the last rows away from somebody.</summary>
    public void Shrink(IKvHolder holder, int length) => Resize(holder, length);

    /// <summary>Gives somebody's rows to another, who has none.</summary>
    public void Replace(IKvHolder holder, IKvHolder by)
    {
        _holders[IndexOf(holder)] = by;
        (by.Extent, holder.Extent) = (holder.Extent, null);
    }

    /// <summary>Takes somebody's rows back.</summary>
    public void Return(IKvHolder holder)
    {
        Remove(IndexOf(holder));
        holder.Extent = null;
    }

    /// <summary>Neighbours that may go, and would leave a hole so large: of all such, those of whom the last used was used longest ago. Empty if there are none.</summary>
    /// <param name="length">Rows.</param>
    /// <param name="except">Who has to stay.</param>
    /// <param name="growing">For whom it is: the rows that he has count as free. Null if he has none.</param>
    public IKvHolder[] Oldest(int length, IKvHolder? except, IKvHolder? growing)
    {
        var (oldest, first, behind) = (long.MaxValue, 0, int.MaxValue);
        for (var from = 0; from < _holders.Count; from++)
        {
            var newest = long.MinValue;
            for (var to = from; to < _holders.Count; to++)
            {
                var holder = _holders[to];
                if (holder != growing)
                {
                    if (holder == except || holder.LastUse is not { } use || use > oldest) break;
                    newest = Math.Max(newest, use);
                }

                if (StartAt(to + 1) - EndBefore(from) < length) continue;
                if (newest < oldest || to + 1 - from < behind - first) (oldest, first, behind) = (newest, from, to + 1);
                break;
            }
        }

        return behind == int.MaxValue ? [] : [.. _holders[first..behind].Where(holder => holder != growing)];
    }

    private int EndBefore(int at) => at == 0 ? 0 : _holders[at - 1].Extent!.Value.End;

    private int StartAt(int at) => at == _holders.Count ? Rows : _holders[at].Extent!.Value.First;

    private int IndexOf(IKvHolder holder)
    {
        var (low, high, first) = (0, _holders.Count - 1, holder.Extent!.Value.First);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_holders[middle].Extent!.Value.First < first) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    // The holes, the k-th of them before the k-th holder, that together have so many rows and the fewest rows in use between them; null if there are more of
    // these than may be moved.
    private (int First, int Last)? Holes(int length, int most, int latestFirst, int earliestLast)
    {
        (int First, int Last)? best = null;
        var (first, free, moved, fewest) = (0, 0, 0L, most + 1L);
        for (var last = 0; last <= _holders.Count; last++)
        {
            free += Hole(last);
            if (last > 0) moved += _holders[last - 1].Cached;
            for (; first < Math.Min(last, latestFirst) && free - Hole(first) >= length; first++)
            {
                free -= Hole(first);
                moved -= _holders[first].Cached;
            }

            if (last >= earliestLast && free >= length && moved < fewest) (best, fewest) = ((first, last), moved);
        }

        return best;
    }

    private int Hole(int at) => StartAt(at) - EndBefore(at);

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
