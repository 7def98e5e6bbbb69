using System.Runtime.InteropServices;
using NGrammys.Inference.Models;

namespace NGrammys.Engine.Benchmarks;

/// <summary>A model folder of SmolLM2-135M's shape with seeded random bfloat16 weights: what a step costs does not depend on their values.</summary>
internal sealed class RandomModel : IDisposable
{
    private const int Layers = 30, Hidden = 576, Intermediate = 1536, KeyValue = 192, Vocabulary = 49_152;

    private readonly string _path = Directory.CreateTempSubdirectory("ngrammys-benchmark-").FullName;
    private readonly ReadOnlyMemory<byte> _values = Values();

    public RandomModel()
    {
        File.WriteAllText(Path.Combine(_path, "config.json"), $$"""
            {
              "model_type": "llama", "vocab_size": {{Vocabulary}}, "hidden_size": {{Hidden}}, "intermediate_size": {{Intermediate}},
              "num_hidden_layers": {{Layers}}, "num_attention_heads": 9, "num_key_value_heads": 3, "head_dim": 64, "hidden_act": "silu",
              "max_position_embeddings": 8192, "rms_norm_eps": 1e-5, "rope_theta": 100000.0, "tie_word_embeddings": true, "eos_token_id": 2
            }
            """);
        SafetensorsWriter.Write(Path.Combine(_path, "model.safetensors"), [.. Tensors()]);
        Folder = ModelFolder.Open(_path);
    }

    public ModelFolder Folder { get; }

    public void Dispose()
    {
        Folder.Dispose();
        Directory.Delete(_path, recursive: true);
    }

    private static byte[] Values()
    {
        var random = new Random(1);
        var values = new ushort[Vocabulary * Hidden];
        for (var i = 0; i < values.Length; i++) values[i] = (ushort)(BitConverter.SingleToUInt32Bits((random.NextSingle() - 0.5f) / 8) >> 16);
        return MemoryMarshal.AsBytes<ushort>(values).ToArray();
    }

    private IEnumerable<SafetensorsWriter.Tensor> Tensors()
    {
        yield return Tensor("model.embed_tokens.weight", Vocabulary, Hidden);
        for (var layer = 0; layer < Layers; layer++)
        {
            var prefix = $"model.layers.{layer}.";
            yield return Tensor(prefix + "input_layernorm.weight", Hidden);
            yield return Tensor(prefix + "self_attn.q_proj.weight", Hidden, Hidden);
            yield return Tensor(prefix + "self_attn.k_proj.weight", KeyValue, Hidden);
            yield return Tensor(prefix + "self_attn.v_proj.weight", KeyValue, Hidden);
            yield return Tensor(prefix + "self_attn.o_proj.weight", Hidden, Hidden);
            yield return Tensor(prefix + "post_attention_layernorm.weight", Hidden);
            yield return Tensor(prefix + "mlp.gate_proj.weight", Intermediate, Hidden);
            yield return Tensor(prefix + "mlp.up_proj.weight", Intermediate, Hidden);
            yield return Tensor(prefix + "mlp.down_proj.weight", Hidden, Intermediate);
        }

        yield return Tensor("model.norm.weight", Hidden);
    }

    private SafetensorsWriter.Tensor Tensor(string name, params int[] shape) =>
        new(name, DataType.BFloat16, shape, _values[..(2 * shape.Aggregate(1, (product, size) => product * size))]);
}
