using NGrammys.Inference.Execution;
using NGrammys.Inference.Models;
using static TorchSharp.torch;

namespace NGrammys.Inference.Torch;

/// <summary>The parts of a batch that every layer reads, as tensors on the device. Lives in the dispose scope of its forward pass.</summary>
internal sealed class Step
{
    private readonly Tensor?[] _own; // per slice [Count, Count], true where a node (row) sees another; null where it is alone
    private readonly Tensor _positions; // [T, 1]
    private readonly Dictionary<int, Tensor?[]> _masks = [];

    public Step(ForwardBatch batch, RotaryEmbedding rotary, Device device)
    {
        Tokens = Index(batch.Tokens, device);
        Turns = rotary.At(batch, Index(batch.Positions, device));
        Slices = batch.Slices;
        var rows = new int[batch.Count];
        foreach (var slice in batch.Slices)
        {
            for (var j = 0; j < slice.Count; j++) rows[slice.Start + j] = slice.FirstRow + slice.PrefixLength + j;
        }

        Rows = Index(rows, device);
        _own = [.. batch.Slices.Select(slice => Ancestors(slice, batch.Parents, device))];
        _positions = tensor(batch.Positions.ToArray(), [batch.Count, 1], device: device);
    }

    /// <summary>[T] token ids.</summary>
    public Tensor Tokens { get; }

    /// <summary>Cosines and sines of the nodes' positions, for every rotary embedding of the model.</summary>
    public Dictionary<RotaryDescription, Turn> Turns { get; }

    /// <summary>[T] cache rows of the nodes' own keys and values.</summary>
    public Tensor Rows { get; }

    /// <summary>One per sequence.</summary>
    public List<SequenceSlice> Slices { get; }

    /// <summary>Per slice [Count, PrefixLength + Count]: true where a node (row) sees a cache row of its sequence; null where all see all. Made once a step
    /// for each window that the layers have.</summary>
    /// <param name="window">Positions that a node sees, its own included; null = all.</param>
    public Tensor?[] Masks(int? window)
    {
        if (_masks.TryGetValue(window ?? int.MaxValue, out var masks)) return masks;
        masks = [.. Slices.Select((slice, i) => Mask(slice, _own[i], window ?? int.MaxValue))];
        // The step's scope, not the layer's, owns what later layers read. What it owns already would leave it too.
        for (var i = 0; i < masks.Length; i++)
        {
            if (!ReferenceEquals(masks[i], _own[i])) masks[i]?.MoveToOuterDisposeScope();
        }

        _masks.Add(window ?? int.MaxValue, masks);
        return masks;
    }

    public static Tensor Index(ReadOnlySpan<int> values, Device device)
    {
        var wide = new long[values.Length];
        for (var i = 0; i < wide.Length; i++) wide[i] = values[i];
        return tensor(wide, device: device);
    }

    private Tensor? Mask(SequenceSlice slice, Tensor? own, int window)
    {
        var (count, prefix) = (slice.Count, slice.PrefixLength);
        var all = prefix == 0 || own is null ? own : cat([ones([count, prefix], ScalarType.Bool, own.device), own], 1);
        if (prefix + count <= window) return all;
        // Columns are positions in the prefix; behind it they are nodes, whose positions the batch has.
        var columns = cat([arange(prefix, ScalarType.Int32, _positions.device), _positions.narrow(0, slice.Start, count).view(-1)], 0).unsqueeze(0);
        var near = columns > _positions.narrow(0, slice.Start, count) - window; // [Count, PrefixLength + Count]
        return all is null ? near : all.logical_and(near);
    }

    private static Tensor? Ancestors(SequenceSlice slice, ReadOnlySpan<int> parents, Device device)
    {
        var count = slice.Count;
        if (count <= 1) return null;
        var sees = new bool[count * count];
        for (var j = 0; j < count; j++)
        {
            var row = sees.AsSpan(j * count, count);
            if (parents[slice.Start + j] is >= 0 and var parent) sees.AsSpan((parent - slice.Start) * count, count).CopyTo(row);
            row[j] = true;
        }

        return tensor(sees, [count, count], device: device);
    }
}
