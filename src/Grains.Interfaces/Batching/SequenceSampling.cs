namespace NGrammys.Grains.Interfaces.Batching;

/// <summary>How tokens are chosen; see SamplingParameters of the engine's contracts for the meaning of each part.</summary>
[GenerateSerializer, Immutable, SuppressReferenceTracking, Alias("ngrammys.SequenceSampling")]
public sealed record SequenceSampling
{
    [Id(0)] public required double Temperature { get; init; }
    [Id(1)] public required int TopK { get; init; }
    [Id(2)] public required double TopP { get; init; }
    [Id(3)] public required double MinP { get; init; }
    [Id(4)] public required double TypicalP { get; init; }
    [Id(5)] public required double RepetitionPenalty { get; init; }
    [Id(6)] public required double PresencePenalty { get; init; }
    [Id(7)] public required double FrequencyPenalty { get; init; }
    [Id(8)] public required LogitBias[] LogitBias { get; init; }
    [Id(9)] public required ulong Seed { get; init; }
}

/// <summary>What is added to the logit of one token.</summary>
[GenerateSerializer, Immutable, Alias("ngrammys.LogitBias")]
public readonly record struct LogitBias([property: Id(0)] int Token, [property: Id(1)] double Bias);

/// <summary>How probable a token was for the model itself, and the most probable tokens at its place; natural logarithms.</summary>
[GenerateSerializer, Immutable, SuppressReferenceTracking, Alias("ngrammys.TokenLikelihood")]
public sealed record TokenLikelihood
{
    [Id(0)] public required int Token { get; init; }
    [Id(1)] public required double LogProbability { get; init; }

    /// <summary>Best first.</summary>
    [Id(2)] public required int[] TopTokens { get; init; }

    /// <summary>Theirs.</summary>
    [Id(3)] public required double[] TopLogProbabilities { get; init; }
}
