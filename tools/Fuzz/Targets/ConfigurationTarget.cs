using NGrammys.Inference.Models;
using NGrammys.TestSupport;

namespace NGrammys.Fuzz.Targets;

/// <summary>config.json: its description, and what it says about the end of replies; all weights are looked for, none is there.</summary>
internal static class ConfigurationTarget
{
    public static FuzzTarget Create(string folder)
    {
        using var model = new TinyModel();
        var path = Path.Combine(folder, "config.json");
        byte[][] seeds = [File.ReadAllBytes(Path.Combine(model.Path, "config.json")), .. Variants.Select(System.Text.Encoding.UTF8.GetBytes)];
        return new FuzzTarget("config.json", 0.3, seeds, Mutations.Json, input =>
        {
            File.WriteAllBytes(path, input);
            _ = ModelConfiguration.Read(path);
            _ = GenerationDefaults.Read(folder);
        });
    }

    // What families add to a configuration.
    private static string[] Variants { get; } =
    [
        """
        {"model_type":"llama","vocab_size":101,"hidden_size":44,"intermediate_size":75,"num_hidden_layers":3,"num_attention_heads":6,"num_key_value_heads":2,
         "head_dim":10,"max_position_embeddings":256,"rms_norm_eps":1e-5,"rope_theta":500000.0,"hidden_act":"silu","tie_word_embeddings":true,"eos_token_id":[2,3],
         "rope_scaling":{"rope_type":"llama3","factor":8.0,"low_freq_factor":1.0,"high_freq_factor":4.0,"original_max_position_embeddings":64}}
        """,
        """
        {"model_type":"qwen3","vocab_size":101,"hidden_size":44,"intermediate_size":75,"num_hidden_layers":2,"num_attention_heads":4,"num_key_value_heads":2,"head_dim":12,
         "max_position_embeddings":256,"rms_norm_eps":1e-6,"rope_theta":1000000,"hidden_act":"silu","tie_word_embeddings":true,"use_sliding_window":false,"sliding_window":null,
         "max_window_layers":2,"attention_bias":false,"rope_scaling":{"type":"yarn","factor":4.0,"original_max_position_embeddings":64,"beta_fast":32,"beta_slow":1}}
        """,
        """
        {"model_type":"gemma3_text","vocab_size":101,"hidden_size":44,"intermediate_size":75,"num_hidden_layers":6,"num_attention_heads":4,"num_key_value_heads":1,"head_dim":12,
         "max_position_embeddings":256,"rms_norm_eps":1e-6,"rope_parameters":{"full_attention":{"rope_type":"linear","factor":8.0,"rope_theta":1000000.0},
         "sliding_attention":{"rope_type":"default","rope_theta":10000.0}},"hidden_activation":"gelu_pytorch_tanh","sliding_window":32,"query_pre_attn_scalar":12,
         "layer_types":["sliding_attention","sliding_attention","sliding_attention","sliding_attention","sliding_attention","full_attention"],"eos_token_id":[1,106]}
        """,
        """
        {"model_type":"phi3","vocab_size":101,"hidden_size":48,"intermediate_size":75,"num_hidden_layers":2,"num_attention_heads":4,"num_key_value_heads":2,
         "max_position_embeddings":256,"original_max_position_embeddings":64,"rms_norm_eps":1e-5,"rope_theta":10000.0,"hidden_act":"silu","sliding_window":100,
         "rope_scaling":{"type":"longrope","short_factor":[1,1.1,1.2,1.3,1.4,1.5],"long_factor":[1,2,3,4,5,6]},"partial_rotary_factor":1.0}
        """,
        """
        {"model_type":"mixtral","vocab_size":101,"hidden_size":44,"intermediate_size":75,"num_hidden_layers":2,"num_attention_heads":4,"num_key_value_heads":2,
         "num_local_experts":4,"num_experts_per_tok":2,"max_position_embeddings":256,"rms_norm_eps":1e-5,"rope_theta":1000000.0,"hidden_act":"silu","sliding_window":null}
        """,
    ];
}
