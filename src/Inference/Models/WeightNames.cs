namespace NGrammys.Inference.Models;

/// <summary>Finds the tensors of a decoder by the names that its family gives them.</summary>
internal sealed class WeightNames(DecoderDescription decoder, ModelFamily family, ConfigurationFields config, IWeightSource source)
{
    // Checkpoints of text models; of the text half of models that also see, in the older and the newer spelling; of a decoder without its head.
    private static readonly string[] Prefixes = ["model.", "language_model.model.", "model.language_model.", ""];

    private readonly string _prefix = Prefixes.FirstOrDefault(prefix => source.Has(prefix + "embed_tokens.weight")) ?? Prefixes[0];

    /// <summary>Reads config.json once more, for what decides about names alone, and finds all tensors.</summary>
    /// <exception cref="Abstractions.NGrammysException">One is missing or has the wrong shape.</exception>
    public static DecoderWeights Map(DecoderDescription decoder, string configPath, IWeightSource source)
    {
        using var json = JsonFile.Read(configPath);
        var (config, family) = ModelConfiguration.Open(configPath, json.RootElement);
        return new WeightNames(decoder, family, config, source).Map();
    }

    /// <summary>The name of the output layer's weights in a source; null where it has none.</summary>
    public static string? Head(IWeightSource source) => Array.Find(["lm_head.weight", "language_model.lm_head.weight"], source.Has);

    private int Width => decoder.HiddenSize;

    private int Queries => decoder.Heads * decoder.HeadSize;

    private int Keys => decoder.KvHeads * decoder.HeadSize;

    private DecoderWeights Map()
    {
        var embedding = source.Get(_prefix + "embed_tokens.weight", decoder.VocabularySize, Width);
        return new DecoderWeights
        {
            Embedding = embedding,
            FinalNorm = source.Get(_prefix + "norm.weight", Width),
            Head = decoder.TiedEmbeddings ? embedding : source.Get(Head(source) ?? "lm_head.weight", decoder.VocabularySize, Width),
            Layers = [.. decoder.Layers.Select((layer, i) => Layer(layer, $"{_prefix}layers.{i}."))],
        };
    }

    private LayerWeights Layer(DecoderLayer layer, string prefix)
    {
        var attention = prefix + "self_attn.";
        var (query, key, value) = Projections(attention);
        var biased = family.Biases == Biases.Configured && config.Flag("attention_bias");
        return new LayerWeights
        {
            AttentionNorm = Norm(prefix, family.Norms.BeforeAttention),
            PostAttentionNorm = Norm(prefix, family.Norms.BehindAttention),
            Query = query,
            Key = key,
            Value = value,
            ProjectionBiases = biased || family.Biases == Biases.QueryKeyValue
                ? (source.Get(attention + "q_proj.bias", Queries), source.Get(attention + "k_proj.bias", Keys), source.Get(attention + "v_proj.bias", Keys))
                : null,
            QueryNorm = HeadNorm(attention + "q_norm.weight", Queries),
            KeyNorm = HeadNorm(attention + "k_norm.weight", Keys),
            Output = source.Get(attention + "o_proj.weight", Width, Queries),
            OutputBias = biased ? source.Get(attention + "o_proj.bias", Width) : null,
            FeedForwardNorm = Norm(prefix, family.Norms.BeforeFeedForward),
            PostFeedForwardNorm = Norm(prefix, family.Norms.BehindFeedForward),
            Router = layer.Experts is { } experts ? source.Get($"{prefix}{family.Experts!.Value.Prefix}gate.weight", experts.Count, Width) : null,
            FeedForward = FeedForward(layer, prefix),
        };
    }

    private StoredTensor? Norm(string prefix, string? name) => name is null ? null : source.Get($"{prefix}{name}.weight", Width);

    private StoredTensor? HeadNorm(string name, int all) =>
        family.NormedHeads ? source.Get(name, decoder.HeadSize) : family.NormedProjections ? source.Get(name, all) : null;

    private (StoredTensor Query, StoredTensor Key, StoredTensor Value) Projections(string prefix)
    {
        if (!family.FusedWeights)
        {
            return (source.Get(prefix + "q_proj.weight", Queries, Width), source.Get(prefix + "k_proj.weight", Keys, Width),
                source.Get(prefix + "v_proj.weight", Keys, Width));
        }

        var fused = source.Get(prefix + "qkv_proj.weight", Queries + 2 * Keys, Width);
        return (fused.Rows(0, Queries), fused.Rows(Queries, Keys), fused.Rows(Queries + Keys, Keys));
    }

    private FeedForwardWeights[] FeedForward(DecoderLayer layer, string prefix)
    {
        var size = layer.IntermediateSize;
        if (layer.Experts is { } experts)
        {
            var names = family.Experts!.Value;
            return [.. Enumerable.Range(0, experts.Count).Select(expert => $"{prefix}{names.Prefix}experts.{expert}.").Select(expert => new FeedForwardWeights(
                source.Get($"{expert}{names.Gate}.weight", size, Width),
                source.Get($"{expert}{names.Up}.weight", size, Width),
                source.Get($"{expert}{names.Down}.weight", Width, size)))];
        }

        var mlp = prefix + "mlp.";
        var down = source.Get(mlp + "down_proj.weight", Width, size);
        if (family.FusedWeights)
        {
            var fused = source.Get(mlp + "gate_up_proj.weight", 2 * size, Width);
            return [new FeedForwardWeights(fused.Rows(0, size), fused.Rows(size, size), down)];
        }

        var weights = new FeedForwardWeights(source.Get(mlp + "gate_proj.weight", size, Width), source.Get(mlp + "up_proj.weight", size, Width), down);
        if (family.Biases != Biases.Configured || !config.Flag("mlp_bias")) return [weights];
        return
        [
            weights with
            {
                GateBias = source.Get(mlp + "gate_proj.bias", size),
                UpBias = source.Get(mlp + "up_proj.bias", size),
                DownBias = source.Get(mlp + "down_proj.bias", Width),
            },
        ];
    }
}
