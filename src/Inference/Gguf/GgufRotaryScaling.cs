using System.Text.Json.Nodes;
using NGrammys.Inference.Numerics;

namespace NGrammys.Inference.Gguf;

/// <summary>Scaled rotary embedding: GGUF names linear and yarn; of llama3's it keeps only the factors that come out, from which the rule is found again.</summary>
internal static class GgufRotaryScaling
{
    /// <summary>The tensor of llama3's factors, one per frequency. It has no counterpart in a Hugging Face folder.</summary>
    public const string FactorsName = "rope_freqs.weight";

    // The only values that llama3 scaling was ever published with.
    private const int OriginalContext = 8192;
    private const double LowFactor = 1, HighFactor = 4;

    /// <summary>Adds rope_scaling to a configuration.</summary>
    /// <exception cref="Abstractions.NGrammysException">The scaling has no known name.</exception>
    public static void Describe(JsonObject config, GgufMetadata metadata, IReadOnlyList<GgufTensor> tensors)
    {
        var prefix = metadata.Architecture + ".rope.scaling.";
        var type = metadata.Has(prefix + "type") ? metadata.Text(prefix + "type") : "none";
        if (type is not ("none" or "linear" or "yarn")) throw metadata.Unfit($"rotary embedding scaled by '{type}' is not supported");
        if (type != "none")
        {
            var scaling = new JsonObject { ["rope_type"] = type, ["factor"] = metadata.Real(prefix + "factor") };
            if (type == "yarn") scaling["original_max_position_embeddings"] = metadata.Number(prefix + "original_context_length");
            config["rope_scaling"] = scaling;
        }
        else if (tensors.FirstOrDefault(tensor => tensor.Name == FactorsName) is { Rows: 1 } factors)
        {
            config["rope_scaling"] = Llama3(factors, (double)config["rope_theta"]!) ?? throw metadata.Unfit("its rotary factors follow no rule that is known here");
        }
    }

    private static JsonObject? Llama3(GgufTensor tensor, double theta)
    {
        var factors = new float[tensor.RowLength];
        tensor.Read(0, factors);
        double factor = factors.Max();
        for (var i = 0; i < factors.Length; i++)
        {
            var wavelength = 2 * Math.PI * Elementary.Exp((double)i / factors.Length * Elementary.Log(theta));
            var smooth = Math.Clamp((OriginalContext / wavelength - LowFactor) / (HighFactor - LowFactor), 0, 1);
            var expected = 1 / ((1 - smooth) / factor + smooth);
            if (Math.Abs(factors[i] - expected) > 1e-3 * expected) return null;
        }

        return new JsonObject
        {
            ["rope_type"] = "llama3",
            ["factor"] = factor,
            ["low_freq_factor"] = LowFactor,
            ["high_freq_factor"] = HighFactor,
            ["original_max_position_embeddings"] = OriginalContext,
        };
    }
}
