using System.Runtime.InteropServices;
using NGrammys.Inference.Models;

namespace NGrammys.Cli.Benchmarks;

/// <summary>A model folder of a shape with seeded random bfloat16 weights: what a step costs does not depend on their values.</summary>
internal sealed class RandomModel : IDisposable
{
    private readonly ModelShape _shape;
    private readonly string _path = Directory.CreateTempSubdirectory("ngrammys-benchmark-").FullName;
    private readonly ReadOnlyMemory<byte> _values;

    public RandomModel(ModelShape shape)
    {
        _shape = shape;
        _values = Values(Math.Max(shape.Vocabulary, shape.Intermediate) * shape.Hidden);
        File.WriteAllText(Path.Combine(_path, "config.json"), $$"""
            {
              "model_type": "llama", "vocab_size": {{shape.Vocabulary}}, "hidden_size": {{shape.Hidden}}, "intermediate_size": {{shape.Intermediate}},
              "num_hidden_layers": {{shape.Layers}}, "num_attention_heads": {{shape.Heads}}, "num_key_value_heads": {{shape.KvHeads}},
              "hidden_act": "silu", "max_position_embeddings": 8192, "rms_norm_eps": 1e-5, "rope_theta": 100000.0,
              "tie_word_embeddings": {{(shape.Tied ? "true" : "false")}}, "eos_token_id": 2
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

    private static byte[] Values(int count)
    {
        var random = new Random(1);
        var values = new ushort[count];
        for (var i = 0; i < values.Length; i++) values[i] = (ushort)(BitConverter.SingleToUInt32Bits((random.NextSingle() - 0.5f) / 8) >> 16);
        return MemoryMarshal.AsBytes<ushort>(values).ToArray();
    }

    private IEnumerable<SafetensorsWriter.Tensor> Tensors()
    {
        var (hidden, intermediate, keyValue) = (_shape.Hidden, _shape.Intermediate, _shape.KeyValue);
        yield return Tensor("model.embed_tokens.weight", _shape.Vocabulary, hidden);
        if (!_shape.Tied) yield return Tensor("lm_head.weight", _shape.Vocabulary, hidden);
        for (var layer = 0; layer < _shape.Layers; layer++)
        {
            var prefix = $"model.layers.{layer}.";
            yield return Tensor(prefix + "input_layernorm.weight", hidden);
            yield return Tensor(prefix + "self_attn.q_proj.weight", hidden, hidden);
            yield return Tensor(prefix + "self_attn.k_proj.weight", keyValue, hidden);
            yield return Tensor(prefix + "self_attn.v_proj.weight", keyValue, hidden);
            yield return Tensor(prefix + "self_attn.o_proj.weight", hidden, hidden);
            yield return Tensor(prefix + "post_attention_layernorm.weight", hidden);
            yield return Tensor(prefix + "mlp.gate_proj.weight", intermediate, hidden);
            yield return Tensor(prefix + "mlp.up_proj.weight", intermediate, hidden);
            yield return Tensor(prefix + "mlp.down_proj.weight", hidden, intermediate);
        }

        yield return Tensor("model.norm.weight", hidden);
    }

    private SafetensorsWriter.Tensor Tensor(string name, params int[] shape) =>
        new(name, DataType.BFloat16, shape, _values[..(2 * shape.Aggregate(1, (product, size) => product * size))]);
}
