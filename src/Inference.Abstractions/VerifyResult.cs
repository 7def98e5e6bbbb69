namespace NGrammys.Inference.Abstractions;

/// <summary>Why a sequence ended.</summary>
public enum FinishReason
{
    /// <summary>A stop token came, or the last token completed a stop string.</summary>
    Stop,

    /// <summary>The largest allowed number of tokens is reached.</summary>
    Length,

    /// <summary>It was cancelled.</summary>
    Cancelled,
}

/// <summary>What one verification step brought to one sequence: accepted draft tokens, then one token of the model's own.</summary>
public sealed record StepResult
{
    /// <summary>Number of the step in this sequence, from 0.</summary>
    public required int Step { get; init; }

    /// <summary>Position of the first token in the choice.</summary>
    public required int Position { get; init; }

    /// <summary>Accepted tokens and the bonus or recovered token behind them; at least one.</summary>
    public required int[] Tokens { get; init; }

    /// <summary>Per token the source of the draft node that carried it, 0 for the model's own.</summary>
    public required byte[] Sources { get; init; }

    /// <summary>Per token the survival estimate of the draft node that carried it, 1 for the model's own.</summary>
    public required float[] Survival { get; init; }

    /// <summary>Per token its log probability; empty unless asked for.</summary>
    public TokenLogProbability[] LogProbabilities { get; init; } = [];

    /// <summary>Draft nodes that were verified in this step.</summary>
    public required int Drafted { get; init; }

    /// <summary>With the first step, how many ids of the request did not have to be computed; 0 with all others.</summary>
    public int Reused { get; init; }

    /// <summary>Its part of what the pass took, in seconds: an equal part of what the pass would have cost without drafts, and by its number of nodes a part of what all
    /// draft nodes made it dearer. Prompts are nobody's part.</summary>
    public double DeviceSeconds { get; init; }

    /// <summary>The span of the engine's step, as a W3C traceparent; null where it is not traced.</summary>
    public string? Trace { get; init; }

    /// <summary>What the model named as likeliest at the verified nodes; null unless <see cref="SequenceRequest.TellsLikely"/>.</summary>
    public LikelyTokens? Likely { get; init; }
}

/// <summary>Answer to a <see cref="VerifyRequest"/>.</summary>
/// <param name="Steps">Steps from the asked position on, in order; empty only when the sequence has ended before it.</param>
/// <param name="Finish">Why the sequence ended, if these steps are its last.</param>
public sealed record VerifyResult(StepResult[] Steps, FinishReason? Finish);
