using NGrammys.Inference.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace NGrammys.Inference.Torch;

/// <summary>Attention of the nodes of a step over their own sequence: its prefix, their ancestors, themselves.</summary>
internal sealed class Attention(DecoderDescription decoder)
{
    // The product scales by 1 / sqrt(E) itself.
    private readonly float _queryScale = (float)(decoder.AttentionScale * Math.Sqrt(decoder.HeadSize));

    /// <summary>Attends, sequence by sequence; the new keys and values must be in the cache already.</summary>
    /// <param name="queries">[T, H, E], turned.</param>
    /// <param name="cache">Keys and values.</param>
    /// <param name="layer">Index of the layer.</param>
    /// <param name="step">Slices and masks.</param>
    /// <returns>[T, H * E]</returns>
    public Tensor Attend(Tensor queries, KvCache cache, int layer, Step step)
    {
        var mixed = new List<Tensor>(step.Slices.Count);
        var masks = step.Masks(decoder.Layers[layer].Window);
        if (MathF.Abs(_queryScale - 1) > 1e-6f) queries = queries * _queryScale;
        for (var i = 0; i < step.Slices.Count; i++)
        {
            var slice = step.Slices[i];
            if (slice.Count == 0) continue;
            // A sequence's new rows stand right behind its prefix, so both are one run.
            var (keys, values) = cache.Read(layer, slice.FirstRow, slice.PrefixLength + slice.Count);
            mixed.Add(Attend(queries.narrow(0, slice.Start, slice.Count), keys, values, masks[i]));
        }

        return mixed.Count == 1 ? mixed[0] : cat(mixed, 0);
    }

    private Tensor Attend(Tensor queries, Tensor keys, Tensor values, Tensor? mask)
    {
        var (count, heads, size) = (queries.shape[0], queries.shape[1], queries.shape[2]);
        var (rows, groups) = (keys.shape[0], keys.shape[1]);
        var shared = heads / groups; // query heads per key-value head
        var q = queries.view(count, groups, shared, size).permute(1, 2, 0, 3); // [G, H / G, Count, E]
        var k = keys.permute(1, 0, 2).unsqueeze(1).expand(groups, shared, rows, size); // [G, H / G, S, E]
        var v = values.permute(1, 0, 2).unsqueeze(1).expand(groups, shared, rows, size); // [G, H / G, S, E]
        var mixed = decoder.AttentionSoftcap == 0 ? scaled_dot_product_attention(q, k, v, mask) : Capped(q, k, v, mask); // [G, H / G, Count, E]
        return mixed.permute(2, 0, 1, 3).reshape(count, heads * size);
    }

    private Tensor Capped(Tensor q, Tensor k, Tensor v, Tensor? mask)
    {
        var cap = decoder.AttentionSoftcap;
        var scores = (matmul(q, k.transpose(-1, -2)) / (cap * MathF.Sqrt(decoder.HeadSize))).to_type(ScalarType.Float32).tanh() * cap;
        if (mask is not null) scores = scores.masked_fill(mask.logical_not(), float.NegativeInfinity);
        return matmul(scores.softmax(-1).to_type(v.dtype), v);
    }
}
