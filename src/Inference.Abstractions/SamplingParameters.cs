namespace NGrammys.Inference.Abstractions;

/// <summary>How the target model's logits become a token. The zero value is greedy decoding.</summary>
/// <remarks>
/// A token is a function of (logits, the tokens before it, seed, choice, position) alone: the arg-max of processed logits / temperature plus Gumbel
/// noise keyed by (seed, choice, position, token). Drafts, company in the batch and restarts therefore cannot change a sample. The order is logit
/// bias, repetition penalty, presence and frequency penalty, temperature, top-k, top-p, min-p, typical-p; greedy decoding takes the arg-max behind
/// the penalties.
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

    /// <summary>Keep tokens at least p times as probable as the most probable one, in [0, 1]; 0 (default) keeps all.</summary>
    public double MinP { get; init; }

    /// <summary>Keep the tokens whose information is nearest to the distribution's entropy until their probability reaches p, in (0, 1];
    /// 1 (default) keeps all. arXiv 2202.00666.</summary>
    public double TypicalP { get; init; } = 1;

    /// <summary>Divides positive and multiplies negative logits of every token of prompt and reply, in (0, 100]; 1 (default) does nothing. arXiv 1909.05858.</summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>Taken from the logit of every token that the reply holds, in [-2, 2]; 0 (default) does nothing.</summary>
    public double PresencePenalty { get; init; }

    /// <summary>Taken from a token's logit once for each time that the reply holds it, in [-2, 2]; 0 (default) does nothing.</summary>
    public double FrequencyPenalty { get; init; }

    /// <summary>Added to the logits of single tokens, in [-100, 100]; each token at most once.</summary>
    public TokenBias[] LogitBias { get; init; } = [];

    /// <summary>Key of the noise. Equal seeds give equal replies; ignored by greedy decoding.</summary>
    public ulong Seed { get; init; }

    /// <summary>Whether a token depends on the tokens before it beyond the logits.</summary>
    public bool Penalises => RepetitionPenalty != 1 || PresencePenalty != 0 || FrequencyPenalty != 0;
}

/// <summary>What is added to the logit of one token.</summary>
/// <param name="Token">The token.</param>
/// <param name="Bias">In [-100, 100].</param>
public readonly record struct TokenBias(int Token, double Bias);
