using System.Globalization;
using System.Runtime.InteropServices;
using NGrammys.Inference.Models;

namespace NGrammys.TestSupport;

/// <summary>A model of the Llama family, or of any, with seeded random weights, written to a temporary folder and read back by the real loader, in milliseconds.</summary>
/// <remarks>Its sizes are multiples of nothing in particular, so that kernels that forget the rest of a division are found out.</remarks>
public sealed class TinyModel : IDisposable
{
    private const int Vocabulary = 101, Hidden = 44, Intermediate = 75, Layers = 3, Heads = 6, KvHeads = 2, HeadSize = 10, Context = 256;

    private readonly Random _random;
    private readonly DataType _type;

    /// <summary>Writes and opens the model.</summary>
    /// <param name="seed">Decides every weight.</param>
    /// <param name="type">How the weights are stored.</param>
    /// <param name="tied">Whether the output layer is the embedding.</param>
    public TinyModel(int seed = 1, DataType type = DataType.Float32, bool tied = false)
    {
        (_random, _type) = (new Random(seed), type);
        Path = Directory.CreateTempSubdirectory("ngrammys-model-").FullName;
        File.WriteAllText(System.IO.Path.Combine(Path, "config.json"), string.Create(CultureInfo.InvariantCulture, $$"""
            {
              "model_type": "llama", "vocab_size": {{Vocabulary}}, "hidden_size": {{Hidden}}, "intermediate_size": {{Intermediate}},
              "num_hidden_layers": {{Layers}}, "num_attention_heads": {{Heads}}, "num_key_value_heads": {{KvHeads}}, "head_dim": {{HeadSize}},
              "max_position_embeddings": {{Context}}, "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "hidden_act": "silu",
              "tie_word_embeddings": {{(tied ? "true" : "false")}}, "eos_token_id": 2
            }
            """));
        SafetensorsWriter.Write(System.IO.Path.Combine(Path, "model.safetensors"), [.. Tensors(tied)]);
        Folder = ModelFolder.Open(Path);
    }

    /// <summary>Writes and opens a model of any family: its weights are whatever the loader asks for.</summary>
    /// <param name="config">config.json</param>
    /// <param name="seed">Decides every weight.</param>
    public TinyModel(string config, int seed)
    {
        (_random, _type) = (new Random(seed), DataType.BFloat16);
        Path = Directory.CreateTempSubdirectory("ngrammys-model-").FullName;
        var path = System.IO.Path.Combine(Path, "config.json");
        File.WriteAllText(path, config);
        using var wanted = new WantedWeights();
        DecoderWeights.Map(ModelConfiguration.Read(path), path, wanted);
        SafetensorsWriter.Write(System.IO.Path.Combine(Path, "model.safetensors"), [.. wanted.Shapes.Select(entry => entry.Value switch
        {
            [var rows, var columns] => Matrix(entry.Key, rows, columns),
            _ => Tensor(entry.Key, entry.Value, () => 0.5f + _random.NextSingle()),
        })]);
        Folder = ModelFolder.Open(Path);
    }

    /// <summary>Where it lies.</summary>
    public string Path { get; }

    /// <summary>The opened model.</summary>
    public ModelFolder Folder { get; }

    /// <summary>Closes and deletes the model.</summary>
    public void Dispose()
    {
        Folder.Dispose();
        Directory.Delete(Path, recursive: true);
    }

    private IEnumerable<SafetensorsWriter.Tensor> Tensors(bool tied)
    {
        yield return Matrix("model.embed_tokens.weight", Vocabulary, Hidden);
        for (var layer = 0; layer < Layers; layer++)
        {
            var prefix = $"model.layers.{layer}.";
            yield return Norm(prefix + "input_layernorm.weight");
            yield return Matrix(prefix + "self_attn.q_proj.weight", Heads * HeadSize, Hidden);
            yield return Matrix(prefix + "self_attn.k_proj.weight", KvHeads * HeadSize, Hidden);
            yield return Matrix(prefix + "self_attn.v_proj.weight", KvHeads * HeadSize, Hidden);
            yield return Matrix(prefix + "self_attn.o_proj.weight", Hidden, Heads * HeadSize);
            yield return Norm(prefix + "post_attention_layernorm.weight");
            yield return Matrix(prefix + "mlp.gate_proj.weight", Intermediate, Hidden);
            yield return Matrix(prefix + "mlp.up_proj.weight", Intermediate, Hidden);
            yield return Matrix(prefix + "mlp.down_proj.weight", Hidden, Intermediate);
        }

        yield return Norm("model.norm.weight");
        if (!tied) yield return Matrix("lm_head.weight", Vocabulary, Hidden);
    }

    // Wide enough that attention is sharp and logits differ by whole units, as in trained models.
    private SafetensorsWriter.Tensor Matrix(string name, int rows, int columns)
    {
        var range = 3 / MathF.Sqrt(columns);
        return Tensor(name, [rows, columns], () => range * (2 * _random.NextSingle() - 1));
    }

    private SafetensorsWriter.Tensor Norm(string name) => Tensor(name, [Hidden], () => 0.5f + _random.NextSingle());

    private SafetensorsWriter.Tensor Tensor(string name, int[] shape, Func<float> next)
    {
        var values = new float[shape.Aggregate(1, (product, dimension) => product * dimension)];
        for (var i = 0; i < values.Length; i++) values[i] = next();
        return new SafetensorsWriter.Tensor(name, _type, shape, _type switch
        {
            DataType.Float32 => MemoryMarshal.AsBytes<float>(values).ToArray(),
            DataType.BFloat16 => MemoryMarshal.AsBytes<ushort>(Array.ConvertAll(values, v => (ushort)(BitConverter.SingleToUInt32Bits(v) >> 16))).ToArray(),
            _ => MemoryMarshal.AsBytes<Half>(Array.ConvertAll(values, v => (Half)v)).ToArray(),
        });
    }
}
