using System.Text.Json;
using System.Text.Json.Nodes;
using NGrammys.DemoModel.Tokenization;
using NGrammys.Inference.Models;
using static TorchSharp.torch;

namespace NGrammys.DemoModel.Training;

/// <summary>A trained model as a Hugging Face folder: configuration and bfloat16 weights under the names of LlamaForCausalLM.</summary>
internal static class HuggingFaceFolder
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private static readonly string[] AttentionNames = ["q_proj", "k_proj", "v_proj", "o_proj"];
    private static readonly string[] FeedForwardNames = ["gate_proj", "up_proj", "down_proj"];

    /// <summary>Writes everything but the model card.</summary>
    public static void Write(string folder, DecoderShape shape, DecoderParameters weights, ChatTokenizer tokenizer)
    {
        Directory.CreateDirectory(folder);
        tokenizer.Save(folder);
        Write(Path.Combine(folder, "config.json"), new()
        {
            ["architectures"] = new JsonArray("LlamaForCausalLM"),
            ["model_type"] = "llama",
            ["vocab_size"] = shape.VocabularySize,
            ["hidden_size"] = shape.Width,
            ["intermediate_size"] = shape.FeedForward,
            ["num_hidden_layers"] = shape.Layers,
            ["num_attention_heads"] = shape.Heads,
            ["num_key_value_heads"] = shape.Heads,
            ["head_dim"] = shape.HeadWidth,
            ["hidden_act"] = "silu",
            ["rms_norm_eps"] = DecoderShape.NormEpsilon,
            ["rope_theta"] = DecoderShape.RotaryBase,
            ["rope_scaling"] = null,
            ["max_position_embeddings"] = DecoderShape.Context,
            ["tie_word_embeddings"] = true,
            ["attention_bias"] = false,
            ["mlp_bias"] = false,
            ["bos_token_id"] = tokenizer.BeginId,
            ["eos_token_id"] = tokenizer.EndId,
            ["torch_dtype"] = "bfloat16",
        });
        Write(Path.Combine(folder, "generation_config.json"), new()
        {
            ["bos_token_id"] = tokenizer.BeginId,
            ["eos_token_id"] = tokenizer.EndId,
            ["do_sample"] = false,
        });
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(Path.Combine(folder, "model.safetensors"),
            [.. Named(shape, weights).Select(entry => TensorBytes.Of(entry.Name, entry.Value.to_type(ScalarType.BFloat16)))]);
    }

    /// <summary>Reads the weights of a folder into float32, as exact as they stand there.</summary>
    public static (DecoderShape Shape, DecoderParameters Weights) Read(string folder)
    {
        var configuration = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "config.json")))!;
        int Size(string name) => configuration[name]!.GetValue<int>();
        var shape = new DecoderShape(Size("vocab_size"))
        {
            Layers = Size("num_hidden_layers"),
            Width = Size("hidden_size"),
            Heads = Size("num_attention_heads"),
            FeedForward = Size("intermediate_size"),
        };
        var weights = DecoderParameters.Initial(shape, seed: 1);
        using var file = SafetensorsFile.Open(Path.Combine(folder, "model.safetensors"));
        using var scope = NewDisposeScope();
        foreach (var (name, value) in Named(shape, weights))
        {
            TensorBytes.Read(file.Tensors[name], value);
        }
        return (shape, weights);
    }

    // Views of the stacked weights: writing to them writes to the weights.
    private static IEnumerable<(string Name, Tensor Value)> Named(DecoderShape shape, DecoderParameters weights)
    {
        yield return ("model.embed_tokens.weight", weights.Embedding);
        for (var layer = 0; layer < shape.Layers; layer++)
        {
            var prefix = $"model.layers.{layer}";
            yield return ($"{prefix}.input_layernorm.weight", weights.Norms.select(0, 2 * layer));
            for (var i = 0; i < AttentionNames.Length; i++)
            {
                yield return ($"{prefix}.self_attn.{AttentionNames[i]}.weight", weights.Attention.select(0, layer).select(0, i));
            }
            yield return ($"{prefix}.post_attention_layernorm.weight", weights.Norms.select(0, 2 * layer + 1));
            for (var i = 0; i < FeedForwardNames.Length; i++)
            {
                var matrix = weights.FeedForward.select(0, layer).select(0, i);
                yield return ($"{prefix}.mlp.{FeedForwardNames[i]}.weight", i == 2 ? matrix.t() : matrix);
            }
        }
        yield return ("model.norm.weight", weights.Norms.select(0, 2 * shape.Layers));
    }

    private static void Write(string path, JsonObject json) => File.WriteAllText(path, json.ToJsonString(Indented) + "\n");
}
