using NGrammys.Inference.Models;
using static TorchSharp.torch;

namespace NGrammys.Inference.Torch;

/// <summary>Keys and values of all sequences: one slab of rows per layer each.</summary>
internal sealed class KvCache : IDisposable
{
    private readonly Tensor[] _keys; // per layer [R, G, E]
    private readonly Tensor[] _values; // per layer [R, G, E]

    public KvCache(DecoderDescription decoder, int rows, ScalarType type, Device device)
    {
        Rows = rows;
        // Zeros, not garbage: a row that a mask hides still takes part in 0 * x.
        Tensor Slab() => zeros([rows, decoder.KvHeads, decoder.HeadSize], type, device).DetachFromDisposeScope();
        _keys = [.. Enumerable.Range(0, decoder.Layers.Count).Select(_ => Slab())];
        _values = [.. Enumerable.Range(0, decoder.Layers.Count).Select(_ => Slab())];
    }

    /// <summary>R, the number of rows.</summary>
    public int Rows { get; }

    /// <summary>Writes the keys and values of new nodes.</summary>
    /// <param name="layer">Index of the layer.</param>
    /// <param name="rows">[T] where they go.</param>
    /// <param name="keys">[T, G, E]</param>
    /// <param name="values">[T, G, E]</param>
    public void Write(int layer, Tensor rows, Tensor keys, Tensor values)
    {
        _keys[layer].index_copy_(0, rows, keys);
        _values[layer].index_copy_(0, rows, values);
    }

    /// <summary>The keys and values of a run of rows, without a copy. [count, G, E] each</summary>
    public (Tensor Keys, Tensor Values) Read(int layer, int first, int count) =>
        (_keys[layer].narrow(0, first, count), _values[layer].narrow(0, first, count));

    /// <summary>Moves rows <paramref name="from"/>[i] to <paramref name="to"/> + i in every layer.</summary>
    /// <param name="from">[N] rows, on the device.</param>
    /// <param name="to">First row that is written.</param>
    public void Move(Tensor from, int to)
    {
        foreach (var slab in _keys.Concat(_values))
            slab.narrow(0, to, from.shape[0]).copy_(slab.index_select(0, from));
    }

    public void Dispose()
    {
        foreach (var slab in _keys.Concat(_values)) slab.Dispose();
    }
}
