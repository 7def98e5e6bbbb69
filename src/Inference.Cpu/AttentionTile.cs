using NGrammys.Inference.Execution;

namespace NGrammys.Inference.Cpu;

/// <summary>Neighbouring nodes of one sequence whose attention is computed together, since they read the same keys and values.</summary>
/// <param name="FirstRow">Cache row of the sequence's position 0.</param>
/// <param name="Prefix">Positions that all nodes of the sequence see.</param>
/// <param name="Shared">Positions that all nodes of the tile see: the prefix and their common ancestors in the batch.</param>
/// <param name="First">Batch index of the first node.</param>
/// <param name="Count">Number of nodes.</param>
/// <param name="EndRow">Behind the last cache row that any of them sees.</param>
internal readonly record struct AttentionTile(int FirstRow, int Prefix, int Shared, int First, int Count, int EndRow)
{
    /// <summary>Most nodes of a tile: enough to share what is read, few enough to leave every thread a tile.</summary>
    public const int LargestCount = 4;

    /// <summary>Cuts a batch into tiles.</summary>
    public static void Fill(List<AttentionTile> tiles, ForwardBatch batch, AncestorPaths paths)
    {
        tiles.Clear();
        foreach (var slice in batch.Slices)
        {
            for (var first = 0; first < slice.Count; first += LargestCount)
                tiles.Add(Create(slice, slice.Start + first, Math.Min(LargestCount, slice.Count - first), paths));
        }
    }

    private static AttentionTile Create(SequenceSlice slice, int first, int count, AncestorPaths paths)
    {
        var path = paths[first];
        var shared = path.Length;
        for (var node = first + 1; node < first + count; node++) shared = Math.Min(shared, path.CommonPrefixLength(paths[node]));
        var lastRow = slice.FirstRow + slice.PrefixLength + first - slice.Start + count - 1;
        return new AttentionTile(slice.FirstRow, slice.PrefixLength, slice.PrefixLength + shared, first, count, lastRow + 1);
    }
}
