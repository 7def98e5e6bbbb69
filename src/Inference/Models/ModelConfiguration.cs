using System.Text.Json;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Inference.Models;

/// <summary>Reads config.json of a Hugging Face folder into a <see cref="DecoderDescription"/>; refuses by name what the decoder does not do.</summary>
public static class ModelConfiguration
{
    private const int LargestHead = 8192;

    /// <summary>Reads and checks the configuration.</summary>
    /// <param name="path">config.json</param>
    /// <param name="contextLength">Run with that many positions instead of the model's own number; null = the model's.</param>
    /// <exception cref="NGrammysException">The file is missing, corrupt, or of a family or variant that is not supported.</exception>
    public static DecoderDescription Read(string path, int? contextLength = null)
    {
        using var json = JsonFile.Read(path);
        var (config, family) = Open(path, json.RootElement);
        var hidden = config.Number("hidden_size");
        var heads = config.Number("num_attention_heads");
        var headSize = config.Number("head_dim", Math.Max(1, hidden / heads));
        if (headSize > LargestHead) throw config.Unsupported($"a head size of {headSize} is more than any model has");
        var context = contextLength ?? RotaryConfiguration.ContextLength(config);
        var decoder = new DecoderDescription
        {
            Family = family.Name,
            VocabularySize = config.Number("vocab_size"),
            HiddenSize = hidden,
            Layers = Layers(config, family, headSize, context),
            Heads = heads,
            KvHeads = config.Number("num_key_value_heads", heads),
            HeadSize = headSize,
            NormEpsilon = (float)config.Positive("rms_norm_eps", 1e-6),
            NormOffset = family.Gemma ? 1 : 0,
            Activation = Activations(config, family),
            ContextLength = context,
            TiedEmbeddings = config.Flag("tie_word_embeddings"),
            EmbeddingScale = family.Gemma ? MathF.Sqrt(hidden) : family.Multipliers ? (float)config.Positive("embedding_multiplier", 1) : 1,
            AttentionScale = (float)(family.Multipliers ? config.Positive("attention_multiplier", 1)
                : 1 / Math.Sqrt(family.Gemma ? config.Positive("query_pre_attn_scalar") : headSize)),
            ResidualScale = family.Multipliers ? (float)config.Positive("residual_multiplier", 1) : 1,
            LogitScale = family.Multipliers ? (float)(1 / config.Positive("logits_scaling", 1)) : 1,
            AttentionSoftcap = family.Gemma ? (float)(config.Real("attn_logit_softcapping") ?? 0) : 0,
            LogitSoftcap = family.Gemma ? (float)(config.Real("final_logit_softcapping") ?? 0) : 0,
        };
        if (decoder.Heads % decoder.KvHeads != 0)
            throw config.Unsupported($"{decoder.Heads} query heads cannot share {decoder.KvHeads} key-value heads evenly");
        return decoder;
    }

    /// <summary>The fields of a configuration with the family's defaults behind them.</summary>
    internal static (ConfigurationFields Config, ModelFamily Family) Open(string path, JsonElement root)
    {
        var outer = new ConfigurationFields(path, root, default);
        var config = outer.Text("model_type") == "gemma3" && outer.Object("text_config") is { } text ? text : outer;
        foreach (var fields in (ConfigurationFields[])[outer, config])
        {
            if (fields.Has("quantization_config")) throw Quantised(fields);
        }

        var family = ModelFamily.Find(config);
        using var defaults = JsonDocument.Parse(family.Defaults);
        config = config with { Defaults = defaults.RootElement.Clone() };
        if (config.Flag("use_bidirectional_attention")) throw config.Unsupported("attention to later tokens (use_bidirectional_attention) is not supported");
        return (config, family);
    }

    private static NGrammysException Quantised(ConfigurationFields config)
    {
        var method = config.Object("quantization_config")?.Text("quant_method") ?? "unknown method";
        return config.Unsupported($"quantised checkpoints ({method}) are not supported; use the original float weights, with --dtype int8 where memory is short");
    }

    private static Activation Activations(ConfigurationFields config, ModelFamily family) =>
        (family.Gemma ? config.Text("hidden_activation") : config.Text("hidden_act")) switch
        {
            null when family.Gemma => Activation.GeluTanh,
            null or "silu" or "swish" => Activation.Silu,
            "gelu_pytorch_tanh" or "gelu_new" => Activation.GeluTanh,
            var other => throw config.Unsupported($"activation '{other}' is not supported; supported: silu, gelu_pytorch_tanh"),
        };

    private static DecoderLayer[] Layers(ConfigurationFields config, ModelFamily family, int headSize, int context)
    {
        var count = config.Number("num_hidden_layers");
        if (count > 10_000) throw config.Unsupported($"{count} layers are more than any model has");
        var window = family.Slides is null || (family.OptionalWindow && !config.Flag("use_sliding_window")) ? null : config.Count("sliding_window");
        var types = family.LayerTypes ? LayerTypes(config, count) : null;
        var full = RotaryConfiguration.Read(config, headSize, "full_attention", context);
        var sliding = RotaryConfiguration.DiffersByLayer(config) ? RotaryConfiguration.Read(config, headSize, "sliding_attention", context) : full;
        var layers = new DecoderLayer[count];
        for (var i = 0; i < count; i++)
        {
            // Layers of a type keep its rotary embedding also where the window itself is left out.
            var slides = types is not null ? types[i] == "sliding_attention" : family.Slides?.Invoke(config, i) ?? false;
            var sparse = family.Experts is not null && IsSparse(config, i);
            layers[i] = new DecoderLayer
            {
                Window = slides ? window : null,
                Rotary = !ModelFamily.Turns(config, i) ? null : slides ? sliding : full,
                IntermediateSize = sparse ? config.Number("moe_intermediate_size", config.Count("intermediate_size")) : config.Number("intermediate_size"),
                Experts = sparse ? Experts(config) : null,
            };
        }

        return layers;
    }

    private static string[]? LayerTypes(ConfigurationFields config, int count)
    {
        if (config.Find("layer_types") is not { ValueKind: JsonValueKind.Array } list) return null;
        string[] types = [.. list.EnumerateArray().Select(type => type.ToString())];
        if (types.Length != count) throw config.Unsupported($"'layer_types' has {types.Length} entries for {count} layers");
        return Array.Find(types, type => type is not ("full_attention" or "sliding_attention")) is { } other
            ? throw config.Unsupported($"layers of type '{other}' are not supported")
            : types;
    }

    private static bool IsSparse(ConfigurationFields config, int layer) =>
        config.Reals("mlp_only_layers")?.Contains(layer) != true && (layer + 1) % config.Number("decoder_sparse_step", 1) == 0;

    private static ExpertsDescription Experts(ConfigurationFields config)
    {
        var experts = new ExpertsDescription(
            config.Count("num_experts") ?? config.Number("num_local_experts"), config.Number("num_experts_per_tok"), config.Flag("norm_topk_prob"));
        return experts.PerToken <= experts.Count
            ? experts
            : throw config.Unsupported($"a token cannot use {experts.PerToken} of {experts.Count} experts");
    }
}
