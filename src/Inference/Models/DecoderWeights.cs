namespace NGrammys.Inference.Models;

/// <summary>Tensors of a gated feed-forward layer, or of one expert. Matrices are [outputs, inputs]; biases are null where the model has none.</summary>
/// <param name="Gate">[F, D], under the activation.</param>
/// <param name="Up">[F, D]</param>
/// <param name="Down">[D, F]</param>
/// <param name="GateBias">[F]</param>
/// <param name="UpBias">[F]</param>
/// <param name="DownBias">[D]</param>
public sealed record FeedForwardWeights(
    StoredTensor Gate, StoredTensor Up, StoredTensor Down, StoredTensor? GateBias = null, StoredTensor? UpBias = null, StoredTensor? DownBias = null)
{
    internal IEnumerable<StoredTensor?> All => [Gate, Up, Down, GateBias, UpBias, DownBias];
}

/// <summary>Tensors of one layer by their role. What a family does not have is null.</summary>
public sealed record LayerWeights
{
    /// <summary>[D] weights of the norm before attention.</summary>
    public StoredTensor? AttentionNorm { get; init; }

    /// <summary>[D] weights of the norm behind attention, before its result joins the residual stream.</summary>
    public StoredTensor? PostAttentionNorm { get; init; }

    /// <summary>[H * E, D]</summary>
    public required StoredTensor Query { get; init; }

    /// <summary>[G * E, D]</summary>
    public required StoredTensor Key { get; init; }

    /// <summary>[G * E, D]</summary>
    public required StoredTensor Value { get; init; }

    /// <summary>[H * E], [G * E] and [G * E].</summary>
    public (StoredTensor Query, StoredTensor Key, StoredTensor Value)? ProjectionBiases { get; init; }

    /// <summary>[E], or [H * E] where all heads are normed together; before rotary embedding.</summary>
    public StoredTensor? QueryNorm { get; init; }

    /// <summary>[E] or [G * E].</summary>
    public StoredTensor? KeyNorm { get; init; }

    /// <summary>[D, H * E]</summary>
    public required StoredTensor Output { get; init; }

    /// <summary>[D]</summary>
    public StoredTensor? OutputBias { get; init; }

    /// <summary>[D] weights of the norm before the feed-forward layer.</summary>
    public StoredTensor? FeedForwardNorm { get; init; }

    /// <summary>[D] weights of the norm behind it.</summary>
    public StoredTensor? PostFeedForwardNorm { get; init; }

    /// <summary>[X, D] gives a logit for every expert; null where the layer is dense.</summary>
    public StoredTensor? Router { get; init; }

    /// <summary>The experts; one for all where the layer is dense.</summary>
    public required IReadOnlyList<FeedForwardWeights> FeedForward { get; init; }

    internal IEnumerable<StoredTensor?> All =>
    [
        AttentionNorm, PostAttentionNorm, Query, Key, Value, ProjectionBiases?.Query, ProjectionBiases?.Key, ProjectionBiases?.Value, QueryNorm, KeyNorm,
        Output, OutputBias, FeedForwardNorm, PostFeedForwardNorm, Router, .. FeedForward.SelectMany(expert => expert.All),
    ];
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
        Layers.SelectMany(layer => layer.All).OfType<StoredTensor>().Append(Embedding).Append(FinalNorm).Append(Head).Distinct();

    /// <summary>Finds the tensors by the names that the family of a configuration gives them.</summary>
    /// <param name="decoder">What the configuration describes.</param>
    /// <param name="configPath">config.json</param>
    /// <param name="source">The tensors.</param>
    /// <exception cref="Abstractions.NGrammysException">One is missing or has the wrong shape.</exception>
    public static DecoderWeights Map(DecoderDescription decoder, string configPath, IWeightSource source) => WeightNames.Map(decoder, configPath, source);
}
