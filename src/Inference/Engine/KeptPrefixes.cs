using NGrammys.Inference.Execution;

namespace NGrammys.Inference.Engine;

/// <summary>
/// Keys and values of sequences that run no more. They lie in the cache until their rows are needed; then they go to host memory, if the device has memory
/// of its own, and from there to nowhere. Always those first that were not used for longest.
/// </summary>
/// <remarks>Called only on the engine thread, between two steps.</remarks>
internal sealed class KeptPrefixes(IForwardExecutor executor, KvSpace space, PrefixIndex index)
{
    private readonly List<KeptPrefix> _inside = [], _outside = []; // the least recently used first

    private long _uses;

    // Outside as many as inside. Where outside is the same memory, nothing is won by a copy.
    private readonly int _rowsOutside = executor.HasOwnMemory ? executor.KvRows : 0;

    /// <summary>Rows of the cache that they lie in.</summary>
    public int RowsInside { get; private set; }

    /// <summary>Rows kept in host memory.</summary>
    public int RowsOutside { get; private set; }

    /// <summary>Takes over what a sequence leaves.</summary>
    public void Keep(Sequence sequence)
    {
        index.Remove(sequence);
        sequence.Blocks.Cut(sequence.Cached / TokenBlocks.Length);
        var kept = new KeptPrefix(sequence.Tokens[..sequence.Cached].ToArray(), sequence.Blocks) { Conversation = sequence.Request.Conversation, LastUse = ++_uses };
        space.Replace(sequence, kept);
        space.Shrink(kept, kept.Cached);
        index.Advance(kept);
        _inside.Add(kept);
        RowsInside += kept.Cached;
    }

    /// <summary>Gives the rows of one to a sequence that begins with at least <paramref name="length"/> of its tokens and has no rows.</summary>
    public void HandOver(KeptPrefix kept, Sequence sequence, int length)
    {
        Forget(kept);
        space.Replace(kept, sequence);
        sequence.Cached = length;
    }

    /// <summary>Copies rows of one to a sequence that begins with its tokens.</summary>
    /// <param name="kept">The one.</param>
    /// <param name="sequence">The sequence; its rows reach a piece further than <paramref name="length"/>.</param>
    /// <param name="length">Tokens that they have in common.</param>
    public void Copy(KeptPrefix kept, Sequence sequence, int length)
    {
        var (to, had) = (sequence.Extent!.Value.First, sequence.Cached);
        if (kept.Extent is { } extent) executor.CopyRows(extent.First + had, to + had, length - had);
        for (var piece = had / KeptPrefix.PieceRows; piece < kept.Pieces.Length && piece * KeptPrefix.PieceRows < length; piece++)
            executor.WriteRows(kept.Pieces[piece], to + piece * KeptPrefix.PieceRows, kept.Pieces[piece].Length / executor.RowBytes);
        // What lies outside and is inside again, as a whole, is kept there by its new owner.
        if (kept.Extent is null && length == kept.Cached) Forget(kept);
        else Touch(kept);
    }

    /// <summary>Frees the rows of neighbours that leave a hole so large, if there are any: those that were not used for longest.</summary>
    /// <param name="length">Rows.</param>
    /// <param name="except">Who has to stay.</param>
    /// <param name="growing">For whom it is, if he has rows.</param>
    public void EvictNeighbours(int length, IKvHolder? except, IKvHolder? growing)
    {
        foreach (var kept in space.Oldest(length, except, growing)) Evict((KeptPrefix)kept);
    }

    /// <summary>Frees the rows of the one that was not used for longest, wherever it lies. False if none is left but <paramref name="except"/>.</summary>
    public bool TryEvict(IKvHolder? except)
    {
        if (_inside.Find(kept => kept != except) is not { } kept) return false;
        Evict(kept);
        return true;
    }

    /// <summary>Drops what a conversation's sequences have left.</summary>
    public void Forget(Guid conversation)
    {
        foreach (var kept in _inside.Concat(_outside).Where(kept => kept.Conversation == conversation).ToList())
        {
            Forget(kept);
            if (kept.Extent is not null) space.Return(kept);
        }
    }

    private void Evict(KeptPrefix kept)
    {
        _inside.Remove(kept);
        RowsInside -= kept.Cached;
        if (kept.Cached <= _rowsOutside) MoveOut(kept);
        else index.Remove(kept);
        space.Return(kept);
    }

    private void MoveOut(KeptPrefix kept)
    {
        while (RowsOutside + kept.Cached > _rowsOutside) Forget(_outside[0]);
        var pieces = new byte[(kept.Cached + KeptPrefix.PieceRows - 1) / KeptPrefix.PieceRows][];
        for (var piece = 0; piece < pieces.Length; piece++)
        {
            var (first, rows) = (piece * KeptPrefix.PieceRows, Math.Min(KeptPrefix.PieceRows, kept.Cached - piece * KeptPrefix.PieceRows));
            pieces[piece] = GC.AllocateUninitializedArray<byte>(rows * executor.RowBytes);
            executor.ReadRows(kept.Extent!.Value.First + first, rows, pieces[piece]);
        }

        kept.Pieces = pieces;
        _outside.Add(kept);
        RowsOutside += kept.Cached;
    }

    private void Touch(KeptPrefix kept)
    {
        var list = kept.Extent is null ? _outside : _inside;
        list.Remove(kept);
        list.Add(kept);
        kept.LastUse = ++_uses;
    }

    private void Forget(KeptPrefix kept)
    {
        index.Remove(kept);
        if (_inside.Remove(kept)) RowsInside -= kept.Cached;
        else if (_outside.Remove(kept)) RowsOutside -= kept.Cached;
    }
}
