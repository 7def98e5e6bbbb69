using System.Text.Json;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Numerics;

namespace NGrammys.Inference.Models;

/// <summary>Reads config.json of a Hugging Face folder into a <see cref="DecoderDescription"/>; refuses by name what the decoder does not do.</summary>
public static class ModelConfiguration
{
    /// <summary>Reads and checks the configuration.</summary>
    /// <exception cref="NGrammysException">The file is missing, corrupt, or of a family or variant that is not supported.</exception>
    public static DecoderDescription Read(string path)
    {
        using var json = JsonFile.Read(path);
        var config = new Fields(path, json.RootElement);
        var family = config.Text("model_type");
        if (family is not "llama") throw config.Unsupported($"model family '{family ?? "(none)"}' is not supported; supported: llama");
        if (config.Has("quantization_config")) throw config.Unsupported("quantised checkpoints are not supported; use the original weights");
        if (config.Text("hidden_act") is { } activation and not "silu") throw config.Unsupported($"activation '{activation}' is not supported");
        if (config.Flag("attention_bias") || config.Flag("mlp_bias")) throw config.Unsupported("biases are not supported");
        if (config.Has("rope_scaling")) throw config.Unsupported("scaled rotary embedding (rope_scaling) is not supported");

        var hidden = config.Number("hidden_size");
        var heads = config.Number("num_attention_heads");
        var headSize = config.Number("head_dim", hidden / heads);
        var decoder = new DecoderDescription
        {
            VocabularySize = config.Number("vocab_size"),
            HiddenSize = hidden,
            IntermediateSize = config.Number("intermediate_size"),
            Layers = config.Number("num_hidden_layers"),
            Heads = heads,
            KvHeads = config.Number("num_key_value_heads", heads),
            HeadSize = headSize,
            NormEpsilon = (float)config.Real("rms_norm_eps", 1e-6),
            ContextLength = config.Number("max_position_embeddings"),
            RotaryFrequencies = RotaryFrequencies(config.Real("rope_theta", 10_000), headSize),
            TiedEmbeddings = config.Flag("tie_word_embeddings"),
        };
        if (decoder.Heads % decoder.KvHeads != 0)
            throw config.Unsupported($"{decoder.Heads} query heads cannot share {decoder.KvHeads} key-value heads evenly");
        if (decoder.HeadSize % 2 != 0) throw config.Unsupported($"a head size of {decoder.HeadSize} is odd, rotary embedding turns pairs");
        return decoder;
    }

    private static double[] RotaryFrequencies(double theta, int headSize) =>
        [.. Enumerable.Range(0, headSize / 2).Select(i => Elementary.Exp(-2.0 * i / headSize * Elementary.Log(theta)))];

    private readonly struct Fields(string path, JsonElement root)
    {
        public bool Has(string name) => root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

        public string? Text(string name) => Has(name) && root.GetProperty(name).ValueKind == JsonValueKind.String ? root.GetProperty(name).GetString() : null;

        public bool Flag(string name) => Has(name) && root.GetProperty(name).ValueKind == JsonValueKind.True;

        public double Real(string name, double otherwise) =>
            !Has(name) ? otherwise : root.GetProperty(name).TryGetDouble(out var value) ? value : throw Unsupported($"'{name}' is no number");

        public int Number(string name, int? otherwise = null)
        {
            if (!Has(name)) return otherwise ?? throw Unsupported($"'{name}' is missing");
            var value = root.GetProperty(name);
            return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number > 0
                ? number
                : throw Unsupported($"'{name}' must be a positive whole number");
        }

        public NGrammysException Unsupported(string why) => new($"'{path}': {why}.");
    }
}
