using NGrammys.Inference.Models;
using static TorchSharp.torch;

namespace NGrammys.Inference.Torch;

/// <summary>Keys and values of all sequences: one slab of rows per layer each.</summary>
internal sealed class KvCache : IDisposable
{
    private readonly Tensor[] _keys; // per layer [R, G, E]
    private readonly Tensor[] _values; // per layer [R, G, E]
    private readonly int _rowBytes; // of one slab

    public KvCache(DecoderDescription decoder, int rows, ScalarType type, Device device)
    {
        Rows = rows;
        // Zeros, not garbage: a row that a mask hides still takes part in 0 * x.
        Tensor Slab() => zeros([rows, decoder.KvHeads, decoder.HeadSize], type, device).DetachFromDisposeScope();
        _keys = [.. Enumerable.Range(0, decoder.Layers.Count).Select(_ => Slab())];
        _values = [.. Enumerable.Range(0, decoder.Layers.Count).Select(_ => Slab())];
        _rowBytes = (int)(decoder.KvHeads * decoder.HeadSize * _keys[0].ElementSize);
    }

    /// <summary>R, the number of rows.</summary>
    public int Rows { get; }

    /// <summary>Bytes of a row in all slabs.</summary>
    public int RowBytes => 2 * _keys.Length * _rowBytes;

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

    /// <summary>Copies rows from + i to to + i in every layer; the runs may overlap.</summary>
    public void Copy(int from, int to, int count)
    {
        foreach (var slab in _keys.Concat(_values)) slab.narrow(0, to, count).copy_(slab.narrow(0, from, count).clone());
    }

    /// <summary>Reads rows out to host memory.</summary>
    /// <param name="first">First row.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="rows">[slabs, count, G, E] in the cache's own type.</param>
    public void ReadOut(int first, int count, Span<byte> rows)
    {
        foreach (var slab in _keys.Concat(_values))
        {
            using var piece = slab.narrow(0, first, count).cpu().contiguous();
            piece.bytes.CopyTo(rows);
            rows = rows[(count * _rowBytes)..];
        }
    }

    /// <summary>Writes back what <see cref="ReadOut"/> gave.</summary>
    public void WriteBack(ReadOnlySpan<byte> rows, int first, int count)
    {
        foreach (var slab in _keys.Concat(_values))
        {
            using var piece = empty([count, slab.shape[1], slab.shape[2]], slab.dtype);
            rows[..(count * _rowBytes)].CopyTo(piece.bytes);
            slab.narrow(0, first, count).copy_(piece);
            rows = rows[(count * _rowBytes)..];
        }
    }

    public void Dispose()
    {
        foreach (var slab in _keys.Concat(_values)) slab.Dispose();
    }
}
