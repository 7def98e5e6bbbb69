namespace NGrammys.Inference.Models;

/// <summary>Tensors of one layer by their role. Matrices are [outputs, inputs]; biases are null where the model has none.</summary>
public sealed record LayerWeights
{
    /// <summary>[D] weights of the norm before attention.</summary>
    public required StoredTensor AttentionNorm { get; init; }

    /// <summary>[H * E, D]</summary>
    public required StoredTensor Query { get; init; }

    /// <summary>[G * E, D]</summary>
    public required StoredTensor Key { get; init; }

    /// <summary>[G * E, D]</summary>
    public required StoredTensor Value { get; init; }

    /// <summary>[D, H * E]</summary>
    public required StoredTensor Output { get; init; }

    /// <summary>[D] weights of the norm before the feed-forward layer.</summary>
    public required StoredTensor FeedForwardNorm { get; init; }

    /// <summary>[F, D], under the SiLU.</summary>
    public required StoredTensor Gate { get; init; }

    /// <summary>[F, D]</summary>
    public required StoredTensor Up { get; init; }

    /// <summary>[D, F]</summary>
    public required StoredTensor Down { get; init; }
}

/// <summary>All tensors of a decoder by their role, names and shapes checked against its description.</summary>
public sealed record DecoderWeights
{
    /// <summary>[V, D]</summary>
    public required StoredTensor Embedding { get; init; }

    /// <summary>One per layer.</summary>
    public required IReadOnlyList<LayerWeights> Layers { get; init; }

    /// <summary>[D] weights of the last norm.</summary>
    public required StoredTensor FinalNorm { get; init; }

    /// <summary>[V, D]; the embedding itself where the two are tied.</summary>
    public required StoredTensor Head { get; init; }

    /// <summary>Every tensor once, in a fixed order.</summary>
    public IEnumerable<StoredTensor> All() =>
        Layers.SelectMany(layer => (StoredTensor[])
            [layer.AttentionNorm, layer.Query, layer.Key, layer.Value, layer.Output, layer.FeedForwardNorm, layer.Gate, layer.Up, layer.Down])
            .Append(Embedding).Append(FinalNorm).Append(Head).Distinct();

    /// <summary>Finds the tensors of the Llama naming scheme.</summary>
    /// <exception cref="Abstractions.NGrammysException">One is missing or has the wrong shape.</exception>
    public static DecoderWeights Map(DecoderDescription decoder, WeightFiles files)
    {
        var (v, d, f) = (decoder.VocabularySize, decoder.HiddenSize, decoder.IntermediateSize);
        var (q, kv) = (decoder.Heads * decoder.HeadSize, decoder.KvHeads * decoder.HeadSize);
        var embedding = files.Get("model.embed_tokens.weight", v, d);
        return new DecoderWeights
        {
            Embedding = embedding,
            FinalNorm = files.Get("model.norm.weight", d),
            Head = decoder.TiedEmbeddings ? embedding : files.Get("lm_head.weight", v, d),
            Layers = [.. Enumerable.Range(0, decoder.Layers).Select(layer => $"model.layers.{layer}.").Select(layer => new LayerWeights
            {
                AttentionNorm = files.Get(layer + "input_layernorm.weight", d),
                Query = files.Get(layer + "self_attn.q_proj.weight", q, d),
                Key = files.Get(layer + "self_attn.k_proj.weight", kv, d),
                Value = files.Get(layer + "self_attn.v_proj.weight", kv, d),
                Output = files.Get(layer + "self_attn.o_proj.weight", d, q),
                FeedForwardNorm = files.Get(layer + "post_attention_layernorm.weight", d),
                Gate = files.Get(layer + "mlp.gate_proj.weight", f, d),
                Up = files.Get(layer + "mlp.up_proj.weight", f, d),
                Down = files.Get(layer + "mlp.down_proj.weight", d, f),
            })],
        };
    }
}
