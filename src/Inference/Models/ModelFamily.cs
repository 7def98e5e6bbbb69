using System.Text.Json;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Inference.Models;

/// <summary>Which linear layers have biases.</summary>
internal enum Biases
{
    /// <summary>None, whatever the configuration says.</summary>
    None,

    /// <summary>Queries, keys and values.</summary>
    QueryKeyValue,

    /// <summary>All of attention where attention_bias says so, all of feed-forward where mlp_bias does.</summary>
    Configured,
}

/// <summary>A family as switches over the one decoder. A new one is a line in <see cref="All"/> and a fixture that proves it.</summary>
/// <param name="Name">model_type</param>
internal sealed record ModelFamily(string Name)
{
    /// <summary>Fields that the reference implementation fills in where a configuration leaves them out.</summary>
    public string Defaults { get; init; } = "{}";

    /// <summary>Names of the norms before and behind attention and feed-forward; null where there is none.</summary>
    public (string? BeforeAttention, string? BehindAttention, string? BeforeFeedForward, string? BehindFeedForward) Norms { get; init; } =
        ("input_layernorm", null, "post_attention_layernorm", null);

    public Biases Biases { get; init; }

    /// <summary>qkv_proj and gate_up_proj instead of their parts.</summary>
    public bool FusedWeights { get; init; }

    /// <summary>Queries and keys are normed, head by head.</summary>
    public bool NormedHeads { get; init; }

    /// <summary>Queries and keys are normed, all heads together.</summary>
    public bool NormedProjections { get; init; }

    /// <summary>Norm weights are stored as differences from 1, embeddings are multiplied by the root of their width.</summary>
    public bool Gemma { get; init; }

    /// <summary>Which layers see the window alone, where a configuration has one and no layer_types. Null: none.</summary>
    public Func<ConfigurationFields, int, bool>? Slides { get; init; }

    /// <summary>Whether layer_types may say which layers see the window alone.</summary>
    public bool LayerTypes { get; init; }

    /// <summary>Whether the window is there only if use_sliding_window says so.</summary>
    public bool OptionalWindow { get; init; }

    /// <summary>Where a layer's experts stand, and the names of their gate, up and down projections; null = no experts.</summary>
    public (string Prefix, string Gate, string Up, string Down)? Experts { get; init; }

    /// <summary>Multipliers from the configuration.</summary>
    public bool Multipliers { get; init; }

    /// <summary>Every family that the decoder runs.</summary>
    public static IReadOnlyList<ModelFamily> All { get; } =
    [
        new("llama") { Biases = Biases.Configured },
        new("mistral") { Slides = (_, _) => true, Defaults = """{"sliding_window":4096,"num_key_value_heads":8}""" },
        new("mixtral")
        {
            Slides = (_, _) => true,
            Experts = ("block_sparse_moe.", "w1", "w3", "w2"),
            Defaults = """{"rope_theta":1000000,"rms_norm_eps":1e-5,"num_key_value_heads":8,"num_local_experts":8,"num_experts_per_tok":2,"norm_topk_prob":true}""",
        },
        new("qwen2")
        {
            Biases = Biases.QueryKeyValue, Slides = (config, layer) => layer >= config.Real("max_window_layers"), LayerTypes = true, OptionalWindow = true,
            Defaults = """{"sliding_window":4096,"max_window_layers":28}""",
        },
        new("qwen3")
        {
            Biases = Biases.Configured, Slides = (config, layer) => layer >= config.Real("max_window_layers"), LayerTypes = true, OptionalWindow = true, NormedHeads = true,
            Defaults = """{"sliding_window":4096,"max_window_layers":28,"head_dim":128}""",
        },
        new("qwen3_moe")
        {
            Biases = Biases.Configured, Slides = (_, _) => true, OptionalWindow = true, NormedHeads = true,
            Experts = ("mlp.", "gate_proj", "up_proj", "down_proj"),
            Defaults = """{"sliding_window":4096,"num_experts":128,"num_experts_per_tok":8,"moe_intermediate_size":768,"norm_topk_prob":false}""",
        },
        new("phi3") { FusedWeights = true, Slides = (_, _) => true, Defaults = """{"rms_norm_eps":1e-5}""" },
        new("gemma2")
        {
            Gemma = true, Biases = Biases.Configured, Slides = (_, layer) => layer % 2 == 0, LayerTypes = true,
            Norms = ("input_layernorm", "post_attention_layernorm", "pre_feedforward_layernorm", "post_feedforward_layernorm"),
            Defaults = """
                {"num_attention_heads":8,"num_key_value_heads":4,"head_dim":256,"max_position_embeddings":8192,"query_pre_attn_scalar":256,"sliding_window":4096,
                 "attn_logit_softcapping":50,"final_logit_softcapping":30,"hidden_activation":"gelu_pytorch_tanh","vocab_size":256000,"tie_word_embeddings":true}
                """,
        },
        new("gemma3_text")
        {
            Gemma = true, Biases = Biases.Configured, Slides = (config, layer) => (layer + 1) % config.Number("sliding_window_pattern") != 0, LayerTypes = true, NormedHeads = true,
            Norms = ("input_layernorm", "post_attention_layernorm", "pre_feedforward_layernorm", "post_feedforward_layernorm"),
            Defaults = """
                {"num_attention_heads":8,"num_key_value_heads":4,"head_dim":256,"max_position_embeddings":131072,"query_pre_attn_scalar":256,"sliding_window":4096,
                 "sliding_window_pattern":6,"rope_theta":1000000,"rope_local_base_freq":10000,"hidden_activation":"gelu_pytorch_tanh","vocab_size":262208,
                 "tie_word_embeddings":true}
                """,
        },
        new("olmo2")
        {
            Biases = Biases.Configured, NormedProjections = true, Norms = (null, "post_attention_layernorm", null, "post_feedforward_layernorm"),
            Defaults = """{"rms_norm_eps":1e-5}""",
        },
        new("granite") { Biases = Biases.Configured, Multipliers = true },
        new("smollm3")
        {
            Biases = Biases.Configured, Slides = (config, layer) => !Turns(config, layer), LayerTypes = true, OptionalWindow = true,
            Defaults = """{"num_key_value_heads":4,"rope_theta":2000000,"no_rope_layer_interval":4}""",
        },
    ];

    /// <summary>The family of a configuration's model_type.</summary>
    /// <exception cref="NGrammysException">It is none of <see cref="All"/>.</exception>
    public static ModelFamily Find(ConfigurationFields config)
    {
        var name = config.Text("model_type");
        var architecture = config.Find("architectures") is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0 ? $" ({list[0]})" : "";
        return All.FirstOrDefault(family => family.Name == name) ?? throw config.Unsupported(
            $"model family '{name ?? "(none)"}'{architecture} is not supported; bring a model of {string.Join(", ", All.Select(family => family.Name))}");
    }

    /// <summary>Whether a layer turns queries and keys by their position: no_rope_layers marks those that do with 1.</summary>
    public static bool Turns(ConfigurationFields config, int layer)
    {
        if (config.Reals("no_rope_layers") is { } turns)
            return layer < turns.Length ? turns[layer] != 0 : throw config.Unsupported("'no_rope_layers' must have an entry for every layer");
        return config.Count("no_rope_layer_interval") is not { } interval || (layer + 1) % interval != 0;
    }
}
