using NGrammys.Inference.Models;

namespace NGrammys.Inference.Cpu.Weights;

/// <summary>A gated feed-forward layer or an expert, packed.</summary>
internal sealed class PackedFeedForward(DataType arithmetic, FeedForwardWeights weights) : IDisposable
{
    /// <summary>[F, D]</summary>
    public PackedMatrix Gate { get; } = new(arithmetic, weights.Gate);

    /// <summary>[F, D]</summary>
    public PackedMatrix Up { get; } = new(arithmetic, weights.Up);

    /// <summary>[D, F]</summary>
    public PackedMatrix Down { get; } = new(arithmetic, weights.Down);

    /// <summary>[F]</summary>
    public PackedVector? GateBias { get; } = PackedVector.Create(weights.GateBias);

    /// <summary>[F]</summary>
    public PackedVector? UpBias { get; } = PackedVector.Create(weights.UpBias);

    public void Dispose()
    {
        Gate.Dispose();
        Up.Dispose();
        Down.Dispose();
        GateBias?.Dispose();
        UpBias?.Dispose();
    }
}

/// <summary>How the result of one half of a layer joins the residual stream where it is more than added.</summary>
/// <param name="Bias">[D] added first.</param>
/// <param name="Norm">[D] weights of a norm over the sum.</param>
/// <param name="Scale">Multiplies what is added to the stream.</param>
internal sealed record PackedJoin(PackedVector? Bias, PackedVector? Norm, float Scale) : IDisposable
{
    /// <summary>The join of a half; null where the result is just added.</summary>
    public static PackedJoin? Create(DecoderDescription decoder, StoredTensor? bias, StoredTensor? norm) =>
        bias is null && norm is null && decoder.ResidualScale == 1
            ? null
            : new PackedJoin(PackedVector.Create(bias), PackedVector.Create(norm, decoder.NormOffset), decoder.ResidualScale);

    public void Dispose()
    {
        Bias?.Dispose();
        Norm?.Dispose();
    }
}

/// <summary>Weights of one layer, packed. What a family does not have is null.</summary>
internal sealed class PackedLayer(DecoderDescription decoder, DataType arithmetic, LayerWeights layer) : IDisposable
{
    /// <summary>[D]</summary>
    public PackedVector? AttentionNorm { get; } = PackedVector.Create(layer.AttentionNorm, decoder.NormOffset);

    /// <summary>[(H + 2 G) * E, D]: queries, keys, values.</summary>
    public PackedMatrix QueryKeyValue { get; } = new(arithmetic, layer.Query, layer.Key, layer.Value);

    /// <summary>[(H + 2 G) * E]</summary>
    public PackedVector? ProjectionBias { get; } = layer.ProjectionBiases is { } biases
        ? new PackedVector([.. biases.Query.ToArray(), .. biases.Key.ToArray(), .. biases.Value.ToArray()])
        : null;

    /// <summary>[E] or [H * E]</summary>
    public PackedVector? QueryNorm { get; } = PackedVector.Create(layer.QueryNorm, decoder.NormOffset);

    /// <summary>[E] or [G * E]</summary>
    public PackedVector? KeyNorm { get; } = PackedVector.Create(layer.KeyNorm, decoder.NormOffset);

    /// <summary>[D, H * E]</summary>
    public PackedMatrix Output { get; } = new(arithmetic, layer.Output);

    public PackedJoin? AttentionJoin { get; } = PackedJoin.Create(decoder, layer.OutputBias, layer.PostAttentionNorm);

    /// <summary>[D]</summary>
    public PackedVector? FeedForwardNorm { get; } = PackedVector.Create(layer.FeedForwardNorm, decoder.NormOffset);

    /// <summary>[X, D], never below the precision it is stored in: a changed choice of experts changes everything.</summary>
    public PackedMatrix? Router { get; } = layer.Router is null ? null : new PackedMatrix(DataType.Float32, layer.Router);

    /// <summary>The experts; one where the layer is dense.</summary>
    public PackedFeedForward[] FeedForward { get; } = [.. layer.FeedForward.Select(expert => new PackedFeedForward(arithmetic, expert))];

    public PackedJoin? FeedForwardJoin { get; } = PackedJoin.Create(decoder, layer.FeedForward[0].DownBias, layer.PostFeedForwardNorm);

    public void Dispose()
    {
        foreach (var matrix in (PackedMatrix?[])[QueryKeyValue, Output, Router]) matrix?.Dispose();
        foreach (var vector in (PackedVector?[])[AttentionNorm, ProjectionBias, QueryNorm, KeyNorm, FeedForwardNorm]) vector?.Dispose();
        foreach (var expert in FeedForward) expert.Dispose();
        AttentionJoin?.Dispose();
        FeedForwardJoin?.Dispose();
    }
}
