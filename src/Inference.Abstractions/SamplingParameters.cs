namespace NGrammys.Inference.Abstractions;

/// <summary>How the target model's logits become a token. The zero value is greedy decoding.</summary>
/// <remarks>
/// A token is a function of (logits, seed, choice, position) alone: the arg-max of processed logits / temperature plus Gumbel noise keyed by
/// (seed, choice, position, token). Drafts, company in the batch and restarts therefore cannot change a sample.
/// </remarks>
public sealed record SamplingParameters
{
    /// <summary>Arg-max decoding.</summary>
    public static SamplingParameters Greedy { get; } = new();

    /// <summary>0 = greedy (default); larger is more random. At most 100.</summary>
    public double Temperature { get; init; }

    /// <summary>Keep the k most probable tokens; 0 (default) keeps all.</summary>
    public int TopK { get; init; }

    /// <summary>Keep the smallest set of tokens whose probability reaches p, in (0, 1]; 1 (default) keeps all.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>Key of the noise. Equal seeds give equal replies; ignored by greedy decoding.</summary>
    public ulong Seed { get; init; }
}
