namespace NGrammys.Inference.Models;

/// <summary>A decoder-only transformer as numbers: what an executor needs to run any supported family. Families differ in values, never in code.</summary>
public sealed record DecoderDescription
{
    /// <summary>Rows of the embedding, V.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Width of the residual stream, D.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Width of the gated feed-forward layer, F.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Number of layers.</summary>
    public required int Layers { get; init; }

    /// <summary>Query heads, H; a multiple of <see cref="KvHeads"/>.</summary>
    public required int Heads { get; init; }

    /// <summary>Key and value heads, G; query head h reads key-value head h / (H / G).</summary>
    public required int KvHeads { get; init; }

    /// <summary>Width of a head, E; even.</summary>
    public required int HeadSize { get; init; }

    /// <summary>Added to the mean square in every RMS norm.</summary>
    public required float NormEpsilon { get; init; }

    /// <summary>Largest number of positions.</summary>
    public required int ContextLength { get; init; }

    /// <summary>[E / 2] rotary frequencies in radians per position, scaling included. Element i turns the pair (i, i + E / 2) ("rotate half").</summary>
    public required double[] RotaryFrequencies { get; init; }

    /// <summary>Whether the output layer is the embedding itself.</summary>
    public required bool TiedEmbeddings { get; init; }

    /// <summary>Keys and values of one token in all layers, in elements.</summary>
    public int KvElementsPerRow => 2 * Layers * KvHeads * HeadSize;
}
