using NGrammys.Inference.Execution;
using static TorchSharp.torch;

namespace NGrammys.Inference.Torch;

/// <summary>The parts of a batch that every layer reads, as tensors on the device. Lives in the dispose scope of its forward pass.</summary>
internal sealed class Step
{
    public Step(ForwardBatch batch, RotaryEmbedding rotary, Device device)
    {
        Tokens = Index(batch.Tokens, device);
        Turn = rotary.At(Index(batch.Positions, device));
        Slices = batch.Slices;
        var rows = new int[batch.Count];
        foreach (var slice in batch.Slices)
        {
            for (var j = 0; j < slice.Count; j++) rows[slice.Start + j] = slice.FirstRow + slice.PrefixLength + j;
        }

        Rows = Index(rows, device);
        Masks = [.. batch.Slices.Select(slice => Mask(slice, batch.Parents, device))];
    }

    /// <summary>[T] token ids.</summary>
    public Tensor Tokens { get; }

    /// <summary>Cosines and sines of the nodes' positions.</summary>
    public (Tensor Cosine, Tensor Sine) Turn { get; }

    /// <summary>[T] cache rows of the nodes' own keys and values.</summary>
    public Tensor Rows { get; }

    /// <summary>One per sequence.</summary>
    public List<SequenceSlice> Slices { get; }

    /// <summary>Per slice [Count, PrefixLength + Count]: true where a node (row) sees a cache row of its sequence; null where all see all.</summary>
    public Tensor?[] Masks { get; }

    public static Tensor Index(ReadOnlySpan<int> values, Device device)
    {
        var wide = new long[values.Length];
        for (var i = 0; i < wide.Length; i++) wide[i] = values[i];
        return tensor(wide, device: device);
    }

    private static Tensor? Mask(SequenceSlice slice, ReadOnlySpan<int> parents, Device device)
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

        var own = tensor(sees, [count, count], device: device);
        return slice.PrefixLength == 0 ? own : cat([ones([count, slice.PrefixLength], ScalarType.Bool, device), own], 1);
    }
}
