namespace NGrammys.Inference.Abstractions;

/// <summary>What the rest of the platform needs to know of the model that an engine serves.</summary>
public sealed record ModelInfo
{
    /// <summary>Name under which it is served.</summary>
    public required string Name { get; init; }

    /// <summary>Hash of weights, tokenizer and dtype: ids and replies are comparable only where it is equal.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Tokens of prompt and reply together.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Token ids lie in [0, VocabularySize).</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Tokens that end a reply.</summary>
    public required int[] StopTokens { get; init; }

    /// <summary>Arithmetic of the engine: float32 or bfloat16.</summary>
    public required string DataType { get; init; }

    /// <summary>Device that computes: cpu, torch-cpu or cuda:N.</summary>
    public required string Device { get; init; }

    /// <summary>Sampling that the model's own generation_config.json recommends; greedy where it names none.</summary>
    public SamplingParameters DefaultSampling { get; init; } = SamplingParameters.Greedy;
}
