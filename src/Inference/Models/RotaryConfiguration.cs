using NGrammys.Inference.Numerics;

namespace NGrammys.Inference.Models;

/// <summary>Reads rope_parameters, or rope_scaling beside rope_theta, into frequencies. The formulas are those of Hugging Face transformers.</summary>
internal static class RotaryConfiguration
{
    private const double TwoPi = 6.283185307179586;

    /// <summary>The embedding of most layers, or of those that see a window alone where <paramref name="layerType"/> asks for them.</summary>
    /// <param name="config">config.json</param>
    /// <param name="headSize">E</param>
    /// <param name="layerType">full_attention or sliding_attention: key into parameters that differ by layer.</param>
    /// <param name="contextLength">Positions that the model is run with; see <see cref="ContextLength"/>.</param>
    public static RotaryDescription Read(ConfigurationFields config, int headSize, string layerType, int contextLength)
    {
        var scaling = Scaling(config, layerType);
        var local = layerType == "sliding_attention" && config.Has("rope_local_base_freq") && scaling?.Has("rope_theta") != true;
        if (local) scaling = null;
        var theta = scaling is { } own && own.Has("rope_theta") ? own.Positive("rope_theta") : config.Positive(local ? "rope_local_base_freq" : "rope_theta", 10_000);
        var partial = scaling?.Real("partial_rotary_factor") ?? config.Real("partial_rotary_factor") ?? 1;
        var size = (int)(headSize * partial);
        if (size <= 0 || size > headSize || size % 2 != 0) throw config.Unsupported($"rotary embedding cannot turn {size} of the {headSize} elements of a head");
        var plain = Frequencies(theta, size);
        if (scaling is not { } parameters) return new RotaryDescription { Frequencies = plain };
        var trained = parameters.Count("original_max_position_embeddings") ?? config.Count("original_max_position_embeddings") ?? config.Number("max_position_embeddings");
        return Kind(parameters) switch
        {
            "default" => new RotaryDescription { Frequencies = plain },
            "linear" => new RotaryDescription { Frequencies = Divided(plain, parameters.Positive("factor")) },
            "dynamic" => Dynamic(config, parameters, theta, plain, contextLength),
            "llama3" => Llama3(parameters, plain, trained),
            "yarn" => Yarn(config, parameters, theta, plain, trained),
            "longrope" => LongRope(config, parameters, plain, trained),
            var kind => throw config.Unsupported($"rotary scaling '{kind}' is not supported; supported: linear, dynamic, llama3, yarn, longrope"),
        };
    }

    /// <summary>Whether layers that see a window alone turn by angles of their own.</summary>
    public static bool DiffersByLayer(ConfigurationFields config) =>
        config.Has("rope_local_base_freq") || (config.Object("rope_parameters") ?? config.Object("rope_scaling"))?.Has("sliding_attention") == true;

    /// <summary>Positions of the model: what it says, and what its scaling stretches that to.</summary>
    public static int ContextLength(ConfigurationFields config)
    {
        var stated = config.Number("max_position_embeddings");
        if (Scaling(config, "full_attention") is not { } scaling || Kind(scaling) is not ("dynamic" or "yarn")) return stated;
        var trained = scaling.Count("original_max_position_embeddings") ?? stated;
        return (int)Math.Min(int.MaxValue, Math.Max(stated, trained * (scaling.Real("factor") ?? 1)));
    }

    private static ConfigurationFields? Scaling(ConfigurationFields config, string layerType)
    {
        if ((config.Object("rope_parameters") ?? config.Object("rope_scaling")) is not { } scaling) return null;
        if (scaling.Object(layerType) is { } own) return own;
        return scaling.Has("full_attention") || scaling.Has("sliding_attention") ? null : scaling;
    }

    private static string Kind(ConfigurationFields scaling) =>
        (scaling.Text("rope_type") ?? scaling.Text("type") ?? "default") is var kind && kind == "su" ? "longrope" : kind;

    private static double[] Frequencies(double theta, int size) =>
        [.. Enumerable.Range(0, size / 2).Select(i => Elementary.Exp(-2.0 * i / size * Elementary.Log(theta)))];

    private static double[] Divided(double[] frequencies, double factor) => Array.ConvertAll(frequencies, frequency => frequency / factor);

    // The reference follows the length of each pass; docs/design/0004-families.md says why the base is fixed here for the model's context instead.
    private static RotaryDescription Dynamic(ConfigurationFields config, ConfigurationFields parameters, double theta, double[] plain, int contextLength)
    {
        var (factor, trained) = (parameters.Positive("factor"), config.Number("max_position_embeddings"));
        if (contextLength <= trained) return new RotaryDescription { Frequencies = plain };
        var size = 2 * plain.Length;
        var stretch = factor * contextLength / trained - (factor - 1);
        if (size <= 2 || stretch <= 0) throw config.Unsupported("dynamic rotary scaling does not work with these sizes");
        var stretched = Frequencies(theta * Elementary.Exp(Elementary.Log(stretch) * size / (size - 2)), size);
        return new RotaryDescription { Frequencies = plain, LongBeyond = trained, LongFrequencies = stretched };
    }

    private static RotaryDescription Llama3(ConfigurationFields parameters, double[] plain, int trained)
    {
        var (factor, low, high) = (parameters.Positive("factor"), parameters.Positive("low_freq_factor"), parameters.Positive("high_freq_factor"));
        if (high <= low) throw parameters.Unsupported("'high_freq_factor' must be above 'low_freq_factor'");
        return new RotaryDescription
        {
            Frequencies = Array.ConvertAll(plain, frequency =>
            {
                var turns = trained * frequency / TwoPi;
                if (turns < low) return frequency / factor;
                if (turns > high) return frequency;
                var smooth = (turns - low) / (high - low);
                return (1 - smooth) * frequency / factor + smooth * frequency;
            }),
        };
    }

    // arXiv 2309.00071
    private static RotaryDescription Yarn(ConfigurationFields config, ConfigurationFields parameters, double theta, double[] plain, int trained)
    {
        var factor = parameters.Positive("factor", (double)config.Number("max_position_embeddings") / trained);
        var size = 2 * plain.Length;
        double Dimension(double rotations) => size * Elementary.Log(trained / (rotations * TwoPi)) / (2 * Elementary.Log(theta));
        var (low, high) = (Dimension(parameters.Positive("beta_fast", 32)), Dimension(parameters.Positive("beta_slow", 1)));
        if (!parameters.Has("truncate") || parameters.Flag("truncate")) (low, high) = (Math.Floor(low), Math.Ceiling(high));
        (low, high) = (Math.Max(low, 0), Math.Min(high, size - 1));
        if (low == high) high += 0.001;
        double Magnitude(double scale) => factor <= 1 ? 1 : 0.1 * scale * Elementary.Log(factor) + 1;
        var (mscale, all) = (parameters.Real("mscale") ?? 0, parameters.Real("mscale_all_dim") ?? 0);
        return new RotaryDescription
        {
            Factor = parameters.Real("attention_factor") ?? (mscale != 0 && all != 0 ? Magnitude(mscale) / Magnitude(all) : Magnitude(1)),
            Frequencies = [.. plain.Select((frequency, i) =>
            {
                var kept = 1 - Math.Clamp((i - low) / (high - low), 0, 1);
                return frequency / factor * (1 - kept) + frequency * kept;
            })],
        };
    }

    // arXiv 2402.13753
    private static RotaryDescription LongRope(ConfigurationFields config, ConfigurationFields parameters, double[] plain, int trained)
    {
        double[] Rescaled(string name)
        {
            var factors = parameters.Reals(name) ?? throw parameters.Unsupported($"'{name}' is missing");
            if (factors.Length != plain.Length || factors.Any(factor => factor <= 0))
                throw parameters.Unsupported($"'{name}' must hold {plain.Length} positive numbers, one for each pair that rotary embedding turns");
            return [.. plain.Zip(factors, (frequency, factor) => frequency / factor)];
        }

        var ratio = (double)config.Number("max_position_embeddings") / trained;
        // Who states the trained length beside the other sizes means the ratio of the two; inside, a factor may say otherwise.
        var factor = config.Has("original_max_position_embeddings") ? ratio : parameters.Real("factor") ?? ratio;
        return new RotaryDescription
        {
            Factor = parameters.Real("attention_factor") ?? (factor <= 1 ? 1 : Math.Sqrt(1 + Elementary.Log(factor) / Elementary.Log(trained))),
            Frequencies = Rescaled("short_factor"),
            LongBeyond = trained,
            LongFrequencies = Rescaled("long_factor"),
        };
    }
}
