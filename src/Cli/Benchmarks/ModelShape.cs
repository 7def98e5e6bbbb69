using NGrammys.Inference.Abstractions;

namespace NGrammys.Cli.Benchmarks;

/// <summary>Shape of a Llama-family model: what a step costs depends on nothing else.</summary>
/// <param name="Name">How the command line calls it.</param>
/// <param name="Hidden">D</param>
/// <param name="Layers">Number of layers.</param>
/// <param name="Heads">Query heads.</param>
/// <param name="KvHeads">Key-value heads.</param>
/// <param name="Intermediate">F</param>
/// <param name="Vocabulary">V</param>
/// <param name="Tied">Whether the output layer is the embedding.</param>
internal sealed record ModelShape(string Name, int Hidden, int Layers, int Heads, int KvHeads, int Intermediate, int Vocabulary, bool Tied)
{
    /// <summary>The shapes that are measured.</summary>
    public static IReadOnlyList<ModelShape> All { get; } =
    [
        new("tiny", 64, 2, 4, 2, 128, 512, Tied: true),
        new("smollm2", 576, 30, 9, 3, 1536, 49_152, Tied: true),
        new("15m", 288, 6, 6, 6, 768, 32_000, Tied: false),
        new("110m", 768, 12, 12, 12, 2048, 32_000, Tied: false),
        new("1.1b", 2048, 22, 32, 4, 5632, 32_000, Tied: false),
    ];

    /// <summary>Elements of all key heads of one position.</summary>
    public int KeyValue => Hidden / Heads * KvHeads;

    /// <summary>Weights that a step reads; of an untied embedding it reads only rows.</summary>
    public long Weights => (long)Layers * Hidden * (2 * Hidden + 2 * KeyValue + 3 * Intermediate) + (long)Vocabulary * Hidden;

    /// <summary>The shape of a name.</summary>
    /// <exception cref="NGrammysException">There is none.</exception>
    public static ModelShape Find(string name) =>
        All.FirstOrDefault(shape => shape.Name == name) ?? throw new NGrammysException($"There is no shape '{name}': choose {string.Join(", ", All.Select(shape => shape.Name))}.");
}
