using System.Text.Json.Nodes;

namespace NGrammys.Inference.Gguf;

/// <summary>How the tensors and numbers of one GGUF architecture are called in a Hugging Face folder.</summary>
/// <param name="ModelType">model_type of config.json.</param>
/// <param name="ClassName">The class in architectures.</param>
/// <param name="InterleavesRotary">Whether the converter interleaved the two halves of query and key heads, as it does for llama alone.</param>
/// <param name="LayerParts">Parts of a layer beyond those that all have.</param>
internal sealed record GgufArchitecture(string ModelType, string ClassName, bool InterleavesRotary, Dictionary<string, string> LayerParts)
{
    private static readonly Dictionary<string, GgufArchitecture> Known = new()
    {
        ["llama"] = new("llama", "LlamaForCausalLM", true, []),
        ["qwen2"] = new("qwen2", "Qwen2ForCausalLM", false, []),
        ["qwen3"] = new("qwen3", "Qwen3ForCausalLM", false, new() { ["attn_q_norm"] = "self_attn.q_norm", ["attn_k_norm"] = "self_attn.k_norm" }),
    };

    private static readonly Dictionary<string, string> Outer = new()
    {
        ["token_embd"] = "model.embed_tokens",
        ["output_norm"] = "model.norm",
        ["output"] = "lm_head",
    };

    private static readonly Dictionary<string, string> Common = new()
    {
        ["attn_norm"] = "input_layernorm",
        ["attn_q"] = "self_attn.q_proj",
        ["attn_k"] = "self_attn.k_proj",
        ["attn_v"] = "self_attn.v_proj",
        ["attn_output"] = "self_attn.o_proj",
        ["ffn_norm"] = "post_attention_layernorm",
        ["ffn_gate"] = "mlp.gate_proj",
        ["ffn_up"] = "mlp.up_proj",
        ["ffn_down"] = "mlp.down_proj",
    };

    /// <summary>The architecture of a file.</summary>
    /// <exception cref="Abstractions.NGrammysException">It cannot be imported.</exception>
    public static GgufArchitecture Of(GgufMetadata metadata) => Known.GetValueOrDefault(metadata.Architecture)
        ?? throw metadata.Unfit($"its architecture is '{metadata.Architecture}'; {string.Join(", ", Known.Keys)} are supported. Use the original Hugging Face folder");

    /// <summary>The Hugging Face name of a tensor; null if the architecture has no such tensor.</summary>
    public string? TensorName(string name)
    {
        var parts = name.Split('.');
        if (parts[^1] is not ("weight" or "bias")) return null;
        if (parts.Length == 2 && Outer.TryGetValue(parts[0], out var outer)) return $"{outer}.{parts[1]}";
        if (parts.Length != 4 || parts[0] != "blk" || !int.TryParse(parts[1], System.Globalization.NumberStyles.None, null, out var layer)) return null;
        return (LayerParts.GetValueOrDefault(parts[2]) ?? Common.GetValueOrDefault(parts[2])) is { } part ? $"model.layers.{layer}.{part}.{parts[3]}" : null;
    }

    /// <summary>config.json of a file.</summary>
    public JsonObject Configuration(GgufMetadata metadata, IReadOnlyList<GgufTensor> tensors)
    {
        var prefix = metadata.Architecture + ".";
        var embedding = tensors.FirstOrDefault(tensor => tensor.Name == "token_embd.weight") ?? throw metadata.Unfit("it has no tensor 'token_embd.weight'");
        var (hidden, heads) = (metadata.Number(prefix + "embedding_length"), metadata.Number(prefix + "attention.head_count"));
        if (heads == 0) throw metadata.Unfit("it has no attention heads");
        var config = new JsonObject
        {
            ["architectures"] = new JsonArray(ClassName),
            ["model_type"] = ModelType,
            ["hidden_size"] = hidden,
            ["intermediate_size"] = metadata.Number(prefix + "feed_forward_length"),
            ["num_hidden_layers"] = metadata.Number(prefix + "block_count"),
            ["num_attention_heads"] = heads,
            ["num_key_value_heads"] = metadata.NumberOrNull(prefix + "attention.head_count_kv") ?? heads,
            ["vocab_size"] = embedding.Shape[0],
            ["max_position_embeddings"] = metadata.Number(prefix + "context_length"),
            // The file holds it in float32: what was written as 1e-5 must not come out as 9.99999974737875e-06.
            ["rms_norm_eps"] = Math.Round(metadata.Real(prefix + "attention.layer_norm_rms_epsilon"), 9),
            ["rope_theta"] = metadata.Has(prefix + "rope.freq_base") ? metadata.Real(prefix + "rope.freq_base") : 10_000.0,
            ["hidden_act"] = "silu",
            ["tie_word_embeddings"] = tensors.All(tensor => tensor.Name != "output.weight"),
            ["torch_dtype"] = "bfloat16",
        };
        if (metadata.NumberOrNull(prefix + "attention.key_length") is { } headSize && headSize != hidden / heads) config["head_dim"] = headSize;
        if (metadata.NumberOrNull(prefix + "attention.sliding_window") is { } window and > 0) config["sliding_window"] = window;
        GgufRotaryScaling.Describe(config, metadata, tensors);
        return config;
    }
}
