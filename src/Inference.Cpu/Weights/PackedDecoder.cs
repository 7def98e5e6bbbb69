using NGrammys.Inference.Models;

namespace NGrammys.Inference.Cpu.Weights;

/// <summary>Weights of one layer, packed. Norm weights are float32, zero-padded to whole lanes.</summary>
internal sealed class PackedLayer(DataType arithmetic, LayerWeights layer) : IDisposable
{
    public AlignedMemory AttentionNorm { get; } = PackedDecoder.Vector(arithmetic, layer.AttentionNorm);

    /// <summary>[(H + 2 G) * E, D]: queries, keys, values.</summary>
    public PackedMatrix QueryKeyValue { get; } = new(arithmetic, layer.Query, layer.Key, layer.Value);

    /// <summary>[D, H * E]</summary>
    public PackedMatrix Output { get; } = new(arithmetic, layer.Output);

    public AlignedMemory FeedForwardNorm { get; } = PackedDecoder.Vector(arithmetic, layer.FeedForwardNorm);

    /// <summary>[F, D]</summary>
    public PackedMatrix Gate { get; } = new(arithmetic, layer.Gate);

    /// <summary>[F, D]</summary>
    public PackedMatrix Up { get; } = new(arithmetic, layer.Up);

    /// <summary>[D, F]</summary>
    public PackedMatrix Down { get; } = new(arithmetic, layer.Down);

    public void Dispose()
    {
        AttentionNorm.Dispose();
        QueryKeyValue.Dispose();
        Output.Dispose();
        FeedForwardNorm.Dispose();
        Gate.Dispose();
        Up.Dispose();
        Down.Dispose();
    }
}

/// <summary>All weights of a decoder, packed; independent of the tensors they came from.</summary>
internal sealed unsafe class PackedDecoder(DataType arithmetic, DecoderWeights weights) : IDisposable
{
    /// <summary>[V, D]: the output layer, and the embedding where the two are tied.</summary>
    public PackedMatrix Head { get; } = new(arithmetic, weights.Head);

    public PackedLayer[] Layers { get; } = [.. weights.Layers.Select(layer => new PackedLayer(arithmetic, layer))];

    public AlignedMemory FinalNorm { get; } = Vector(arithmetic, weights.FinalNorm);

    /// <summary>[V, D], null where <see cref="Head"/> is the embedding.</summary>
    private PackedMatrix? OwnEmbedding { get; } = weights.Head == weights.Embedding ? null : new(arithmetic, weights.Embedding);

    /// <summary>[V, D]</summary>
    public PackedMatrix Embedding => OwnEmbedding ?? Head;

    /// <summary>A vector as float32, zero-padded to whole lanes, rounded as matrices are.</summary>
    public static AlignedMemory Vector(DataType arithmetic, StoredTensor tensor)
    {
        using var packed = new PackedMatrix(arithmetic, tensor);
        var vector = new AlignedMemory((long)packed.Steps * PackedMatrix.Lanes * sizeof(float));
        packed.ReadRow(0, new Span<float>(vector.Floats, packed.Inputs));
        return vector;
    }

    public void Dispose()
    {
        Head.Dispose();
        foreach (var layer in Layers) layer.Dispose();
        FinalNorm.Dispose();
        OwnEmbedding?.Dispose();
    }
}
