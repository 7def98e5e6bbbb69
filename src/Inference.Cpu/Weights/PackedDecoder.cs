using NGrammys.Inference.Models;

namespace NGrammys.Inference.Cpu.Weights;

/// <summary>All weights of a decoder, packed; independent of the tensors they came from.</summary>
internal sealed class PackedDecoder(DecoderDescription decoder, DataType arithmetic, DecoderWeights weights) : IDisposable
{
    /// <summary>[V, D]: the output layer, and the embedding where the two are tied.</summary>
    public PackedMatrix Head { get; } = new(arithmetic, weights.Head);

    public PackedLayer[] Layers { get; } = [.. weights.Layers.Select(layer => new PackedLayer(decoder, arithmetic, layer))];

    /// <summary>[D], the scale of the logits included: the output layer is linear.</summary>
    public PackedVector FinalNorm { get; } = PackedVector.Create(weights.FinalNorm, decoder.NormOffset, decoder.LogitScale)!;

    /// <summary>[V, D], null where <see cref="Head"/> is the embedding. One row a token is read: nothing is gained by rounding it to int8.</summary>
    private PackedMatrix? OwnEmbedding { get; } =
        weights.Head == weights.Embedding ? null : new(arithmetic == DataType.Int8 ? DataType.Float32 : arithmetic, weights.Embedding);

    /// <summary>[V, D]</summary>
    public PackedMatrix Embedding => OwnEmbedding ?? Head;

    public void Dispose()
    {
        Head.Dispose();
        foreach (var layer in Layers) layer.Dispose();
        FinalNorm.Dispose();
        OwnEmbedding?.Dispose();
    }
}
