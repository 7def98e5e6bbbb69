using System.Text.Json.Nodes;

namespace NGrammys.TestSupport;

/// <summary>Tiny configurations, one for everything that a family can switch on. Sizes are multiples of nothing in particular.</summary>
public static class TinyFamilies
{
    private static readonly JsonObject Switches = JsonNode.Parse("""
        {
          "llama": {
            "attention_bias": true, "mlp_bias": true,
            "rope_parameters": {
              "rope_type": "llama3", "rope_theta": 500000, "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4, "original_max_position_embeddings": 64
            }
          },
          "mistral": { "sliding_window": 21 },
          "mixtral": { "num_local_experts": 5, "num_experts_per_tok": 2 },
          "qwen2": {
            "use_sliding_window": true, "sliding_window": 19, "max_window_layers": 1,
            "rope_scaling": { "type": "yarn", "factor": 4, "original_max_position_embeddings": 64 }
          },
          "qwen3": { "attention_bias": true, "tie_word_embeddings": true },
          "qwen3_moe": { "num_experts": 7, "num_experts_per_tok": 3, "moe_intermediate_size": 23, "mlp_only_layers": [1], "norm_topk_prob": false },
          "phi3": {
            "sliding_window": 30, "partial_rotary_factor": 0.6, "original_max_position_embeddings": 64,
            "rope_scaling": { "type": "longrope", "short_factor": [1, 1.1, 1.2], "long_factor": [1.5, 2, 4] }
          },
          "gemma2": { "sliding_window": 17, "query_pre_attn_scalar": 13, "hidden_activation": "gelu_pytorch_tanh" },
          "gemma3_text": {
            "sliding_window": 17, "sliding_window_pattern": 2, "query_pre_attn_scalar": 13, "rope_scaling": { "rope_type": "linear", "factor": 8 }
          },
          "olmo2": {},
          "granite": { "attention_multiplier": 0.2, "embedding_multiplier": 3, "logits_scaling": 3, "residual_multiplier": 0.4, "mlp_bias": true },
          "smollm3": { "no_rope_layer_interval": 3 }
        }
        """)!.AsObject();

    /// <summary>model_type of every one.</summary>
    public static IEnumerable<string> Names => Switches.Select(entry => entry.Key);

    /// <summary>The configuration of a family: three layers, six query heads on two key-value heads, a vocabulary of 101, a context of 640.</summary>
    public static string Configuration(string name)
    {
        var config = JsonNode.Parse("""
            {"vocab_size":101,"hidden_size":44,"intermediate_size":75,"num_hidden_layers":3,"num_attention_heads":6,"num_key_value_heads":2,"head_dim":10,
             "max_position_embeddings":640,"rms_norm_eps":1e-5,"eos_token_id":2,"tie_word_embeddings":false}
            """)!.AsObject();
        config["model_type"] = name;
        foreach (var (field, value) in Switches[name]!.AsObject()) config[field] = value?.DeepClone();
        return config.ToJsonString();
    }
}
