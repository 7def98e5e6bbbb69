namespace NGrammys.Inference.Models;

/// <summary>A decoder-only transformer as numbers: what an executor needs to run any supported family. Families differ in values, never in code.</summary>
public sealed record DecoderDescription
{
    /// <summary>model_type of the configuration.</summary>
    public required string Family { get; init; }

    /// <summary>Rows of the embedding, V.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Width of the residual stream, D.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>In order, from the embedding on.</summary>
    public required IReadOnlyList<DecoderLayer> Layers { get; init; }

    /// <summary>Query heads, H; a multiple of <see cref="KvHeads"/>.</summary>
    public required int Heads { get; init; }

    /// <summary>Key and value heads, G; query head h reads key-value head h / (H / G).</summary>
    public required int KvHeads { get; init; }

    /// <summary>Width of a head, E.</summary>
    public required int HeadSize { get; init; }

    /// <summary>Added to the mean square in every RMS norm.</summary>
    public required float NormEpsilon { get; init; }

    /// <summary>Added to the stored weights of every norm: 1 where they are stored as differences from 1.</summary>
    public float NormOffset { get; init; }

    /// <summary>Under the gate of the feed-forward layers.</summary>
    public Activation Activation { get; init; } = Activation.Silu;

    /// <summary>Largest number of positions.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Whether the output layer is the embedding itself.</summary>
    public required bool TiedEmbeddings { get; init; }

    /// <summary>Multiplies embeddings.</summary>
    public float EmbeddingScale { get; init; } = 1;

    /// <summary>Multiplies scores; 1 / sqrt(E) in most families.</summary>
    public required float AttentionScale { get; init; }

    /// <summary>Multiplies what a layer's halves add to the residual stream.</summary>
    public float ResidualScale { get; init; } = 1;

    /// <summary>Multiplies logits.</summary>
    public float LogitScale { get; init; } = 1;

    /// <summary>c in c * tanh(score / c); 0 = scores as they are.</summary>
    public float AttentionSoftcap { get; init; }

    /// <summary>c in c * tanh(logit / c); 0 = logits as they are.</summary>
    public float LogitSoftcap { get; init; }

    /// <summary>Keys and values of one token in all layers, in elements.</summary>
    public int KvElementsPerRow => 2 * Layers.Count * KvHeads * HeadSize;

    /// <summary>Names the angles of a sequence that may take <paramref name="reach"/> positions: the number of layers that use those of long ones, which
    /// tells which layers they are, since a longer reach only adds some.</summary>
    public int AnglesOf(int reach) => Layers.Count(layer => layer.Rotary?.IsLong(reach) == true);
}

/// <summary>What may differ from layer to layer.</summary>
public sealed record DecoderLayer
{
    /// <summary>Positions that a node sees, its own included; null = all before it.</summary>
    public int? Window { get; init; }

    /// <summary>How queries and keys are turned; null = not at all.</summary>
    public RotaryDescription? Rotary { get; init; }

    /// <summary>Width of the gated feed-forward layer, or of one expert, F.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>The experts that a node chooses from; null = one feed-forward layer for all.</summary>
    public ExpertsDescription? Experts { get; init; }
}

/// <summary>A layer of which every node uses a few experts (arXiv 2101.03961).</summary>
/// <param name="Count">Experts, X.</param>
/// <param name="PerToken">Experts that a node uses: those of the largest probabilities, the first of equal ones.</param>
/// <param name="Normalized">Whether their probabilities are divided by their sum.</param>
public sealed record ExpertsDescription(int Count, int PerToken, bool Normalized);

/// <summary>Activation under the gate.</summary>
public enum Activation
{
    /// <summary>x / (1 + exp(-x))</summary>
    Silu,

    /// <summary>x / 2 * (1 + tanh(sqrt(2 / π) * (x + 0.044715 x³))) (arXiv 1606.08415)</summary>
    GeluTanh,
}
