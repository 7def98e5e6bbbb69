namespace NGrammys.Inference.Engine;

/// <summary>Finds who has the keys and values of a text's beginning, by the hashes of its blocks. Called only on the engine thread.</summary>
internal sealed class PrefixIndex
{
    private readonly Dictionary<ulong, List<IKvHolder>> _byBlock = [];

    /// <summary>Makes somebody known by the blocks whose keys and values he has by now.</summary>
    public void Advance(IKvHolder holder)
    {
        var blocks = holder.Blocks;
        blocks.Extend(holder.Tokens);
        for (var whole = holder.Cached / TokenBlocks.Length; blocks.Indexed < whole; blocks.Indexed++)
        {
            var hash = blocks[blocks.Indexed];
            if (!_byBlock.TryGetValue(hash, out var holders)) _byBlock.Add(hash, holders = []);
            holders.Add(holder);
        }
    }

    /// <summary>Forgets somebody.</summary>
    public void Remove(IKvHolder holder)
    {
        for (var blocks = holder.Blocks; blocks.Indexed > 0; blocks.Indexed--)
        {
            var hash = blocks[blocks.Indexed - 1];
            var holders = _byBlock[hash];
            holders.Remove(holder);
            if (holders.Count == 0) _byBlock.Remove(hash);
        }
    }

    /// <summary>Who has the longest beginning of a text, and how many tokens of it.</summary>
    /// <param name="text">The text; it is not found itself.</param>
    public (IKvHolder? Holder, int Length) Find(IKvHolder text)
    {
        text.Blocks.Extend(text.Tokens);
        List<IKvHolder>? deepest = null;
        for (var block = 0; block < text.Blocks.Count && _byBlock.TryGetValue(text.Blocks[block], out var holders); block++) deepest = holders;
        var (best, length) = ((IKvHolder?)null, 0);
        foreach (var holder in deepest ?? [])
        {
            if (ReferenceEquals(holder, text) || holder.Blocks.Scope != text.Blocks.Scope) continue;
            var common = text.Tokens.CommonPrefixLength(holder.Tokens[..holder.Cached]);
            // Of equal ones that which lies on the device.
            if (common > length || (common == length && best is { Extent: null })) (best, length) = (holder, common);
        }

        return (best, length);
    }
}
