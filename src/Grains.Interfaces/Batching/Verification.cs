namespace NGrammys.Grains.Interfaces.Batching;

/// <summary>A sequence to be generated; see SequenceRequest of the engine's contracts for the meaning of each part.</summary>
[GenerateSerializer, Immutable, SuppressReferenceTracking, Alias("ngrammys.SequenceStart")]
public sealed record SequenceStart
{
    [Id(0)] public required Guid Sequence { get; init; }
    [Id(1)] public required string Tenant { get; init; }
    [Id(2)] public required int[] Ids { get; init; }
    [Id(3)] public required int Position { get; init; }
    [Id(4)] public required int Choice { get; init; }
    [Id(5)] public required SequenceSampling Sampling { get; init; }
    [Id(9)] public required int MaxTokens { get; init; }
    [Id(10)] public required int[] StopTokens { get; init; }
    [Id(11)] public required bool ExpectsDrafts { get; init; }
    [Id(12)] public bool TellsLikely { get; init; }
    [Id(13)] public string[] StopStrings { get; init; } = [];
    [Id(14)] public int MinTokens { get; init; }
    [Id(15)] public int? TopLogProbabilities { get; init; }
    [Id(16)] public ReplyConstraint? Constraint { get; init; }

    /// <summary>Whether nobody waits for it.</summary>
    [Id(17)] public bool Background { get; init; }

    [Id(18)] public Guid Conversation { get; init; }
    [Id(19)] public string? Trace { get; init; }
}

/// <summary>A draft tree for one position, as parallel arrays with parents before children (parent -1 = the root).</summary>
[GenerateSerializer, Immutable, SuppressReferenceTracking, Alias("ngrammys.VerificationRequest")]
public sealed record VerificationRequest
{
    [Id(0)] public required Guid Sequence { get; init; }
    [Id(1)] public required int Position { get; init; }
    [Id(2)] public int[] Tokens { get; init; } = [];
    [Id(3)] public int[] Parents { get; init; } = [];
    [Id(4)] public byte[] Sources { get; init; } = [];
    [Id(5)] public float[] Survival { get; init; } = [];
}

/// <summary>What one verification step brought.</summary>
[GenerateSerializer, Immutable, SuppressReferenceTracking, Alias("ngrammys.VerifiedStep")]
public sealed record VerifiedStep
{
    [Id(0)] public required int Step { get; init; }
    [Id(1)] public required int Position { get; init; }
    [Id(2)] public required int[] Tokens { get; init; }
    [Id(3)] public required byte[] Sources { get; init; }
    [Id(4)] public required float[] Survival { get; init; }
    [Id(5)] public required int Drafted { get; init; }
    [Id(6)] public LikelyNext? Likely { get; init; }

    /// <summary>One per token where the sequence asked for them, else empty.</summary>
    [Id(7)] public TokenLikelihood[] LogProbabilities { get; init; } = [];

    /// <summary>With the first step, ids of the prompt that were not computed, because their keys and values were known.</summary>
    [Id(8)] public int Reused { get; init; }

    /// <summary>Its part of what the pass took.</summary>
    [Id(9)] public double DeviceSeconds { get; init; }

    /// <summary>The span of the engine's step.</summary>
    [Id(10)] public string? Trace { get; init; }
}

/// <summary>The likeliest next tokens behind the root and each verified node, as flat arrays; see LikelyTokens of the engine's contracts.</summary>
[GenerateSerializer, Immutable, SuppressReferenceTracking, Alias("ngrammys.LikelyNext")]
public sealed record LikelyNext
{
    [Id(0)] public required int[] Nodes { get; init; }
    [Id(1)] public required int[] Parents { get; init; }
    [Id(2)] public required int[] Next { get; init; }
    [Id(3)] public required byte[] Shares { get; init; }
}

/// <summary>Steps from the asked position on; <see cref="Finish"/> (stop, length, cancelled) when they are the last.</summary>
[GenerateSerializer, Immutable, SuppressReferenceTracking, Alias("ngrammys.VerificationResult")]
public sealed record VerificationResult([property: Id(0)] VerifiedStep[] Steps, [property: Id(1)] string? Finish);

/// <summary>The engine refused or lost a sequence.</summary>
[GenerateSerializer, Alias("ngrammys.BatcherException")]
public sealed class BatcherException : Exception
{
    /// <summary>Creates the refusal.</summary>
    /// <param name="error">Name of the engine's error.</param>
    /// <param name="message">One line.</param>
    public BatcherException(string error, string message) : base(message) => Error = error;

    /// <summary>InvalidRequest, ContextLength, Overloaded, UnknownSequence or Unavailable.</summary>
    [Id(0)] public string Error { get; }
}
