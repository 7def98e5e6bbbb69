using NGrammys.Inference.Cpu.Kernels;
using NGrammys.Inference.Cpu.Lanes;

namespace NGrammys.Inference.Cpu;

/// <summary>Attention of a tile of nodes over one key-value head. Scores lie in the order of positions, whatever rows the ancestors happen to lie in, and
/// softmax and value sums run over that order: how a sequence was cut into passes leaves no trace.</summary>
internal static unsafe class Attention<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    /// <summary>Computes the tile.</summary>
    /// <param name="tile">The nodes.</param>
    /// <param name="paths">Their ancestors.</param>
    /// <param name="keys">[rows / 16, E, 16]</param>
    /// <param name="values">[rows, valueStride]</param>
    /// <param name="valueStride">E, in whole lanes.</param>
    /// <param name="size">E</param>
    /// <param name="queries">[tile.Count * group, E] rotated and scaled queries, node by node.</param>
    /// <param name="group">Query heads of the key-value head.</param>
    /// <param name="scores">[tile.Count * group, scoreStride] scratch.</param>
    /// <param name="scoreStride">Elements of a score row.</param>
    /// <param name="sums">[tile.Count * group, valueStride] output.</param>
    /// <param name="window">Positions that a node sees, its own included.</param>
    /// <param name="softcap">c in c * tanh(score / c); 0 = none.</param>
    public static void Run(
        in AttentionTile tile, AncestorPaths paths, float* keys, float* values, int valueStride, int size,
        float* queries, int group, float* scores, int scoreStride, float* sums, int window, float softcap)
    {
        var count = tile.Count * group;
        // No node of the tile sees a position before it: each ends at the shared ones' end or behind.
        var start = Math.Max(0, tile.Shared - window);
        var rows = scores + KvSlab.BlockRows;
        var firstBlock = (tile.FirstRow + start) / KvSlab.BlockRows;
        var blocks = (tile.EndRow + KvSlab.BlockRows - 1) / KvSlab.BlockRows - firstBlock;
        AttentionKernel<TLanes>.Scores(
            keys + (long)firstBlock * KvSlab.BlockRows * size, size, blocks, queries, count, rows + firstBlock * KvSlab.BlockRows - tile.FirstRow, scoreStride);

        new Span<float>(sums, count * valueStride).Clear();
        var totals = stackalloc float[count];
        for (var query = 0; query < count; query++)
        {
            var path = paths[tile.First + query / group];
            var line = rows + (long)query * scoreStride;
            // Rows ascend along a path, so no score is overwritten before it is read.
            for (var i = Math.Max(0, start - tile.Prefix); i < path.Length; i++) line[tile.Prefix + i] = line[path[i] - tile.FirstRow];
            var end = tile.Prefix + path.Length;
            var seen = Math.Max(0, end - window);
            // A neighbour may see what this node does not: a weight of 0 there adds nothing.
            if (softcap != 0) RowKernels<TLanes>.Softcap(line + seen, end - seen, softcap);
            new Span<float>(line + start, seen - start).Clear();
            totals[query] = RowKernels<TLanes>.Softmax(line, seen, end);
        }

        if (start < tile.Prefix)
        {
            var first = values + (long)(tile.FirstRow + start) * valueStride;
            AttentionKernel<TLanes>.Values(first, valueStride, tile.Prefix - start, rows + start, scoreStride, count, sums);
        }

        AddPath(tile, paths[tile.First], Math.Max(start, tile.Prefix), tile.Shared, values, valueStride, rows, scoreStride, count, sums);
        for (var node = 0; node < tile.Count; node++)
        {
            var path = paths[tile.First + node];
            var line = rows + (long)node * group * scoreStride;
            var sum = sums + node * group * valueStride;
            AddPath(tile, path, tile.Shared, tile.Prefix + path.Length, values, valueStride, line, scoreStride, group, sum);
        }

        for (var query = 0; query < count; query++)
        {
            var scale = 1 / totals[query];
            for (var i = 0; i < size; i++) sums[query * valueStride + i] *= scale;
        }
    }

    // Positions [from, to) of a path, one run of neighbouring rows after the other.
    private static void AddPath(
        in AttentionTile tile, ReadOnlySpan<int> path, int from, int to, float* values, int valueStride,
        float* weights, int weightStride, int count, float* sums)
    {
        while (from < to)
        {
            var row = path[from - tile.Prefix];
            var run = 1;
            while (from + run < to && path[from + run - tile.Prefix] == row + run) run++;
            AttentionKernel<TLanes>.Values(values + (long)row * valueStride, valueStride, run, weights + from, weightStride, count, sums);
            from += run;
        }
    }
}
