using NGrammys.Inference.Abstractions;

namespace NGrammys.Inference.Sampling;

/// <summary>Which sampling parameters make sense.</summary>
internal static class SamplingChecks
{
    /// <summary>Says in one line, with the parameter's name, what is wrong; null = nothing.</summary>
    public static string? Refuse(SamplingParameters sampling, int vocabulary)
    {
        if (!(sampling.Temperature is >= 0 and <= 100)) return Range("temperature", sampling.Temperature, "0 to 100");
        if (sampling.TopK < 0) return Range("top-k", sampling.TopK, "0 for all tokens, or more");
        if (!(sampling.TopP is > 0 and <= 1)) return Range("top-p", sampling.TopP, "more than 0, at most 1");
        if (!(sampling.MinP is >= 0 and <= 1)) return Range("min-p", sampling.MinP, "0 to 1");
        if (!(sampling.TypicalP is > 0 and <= 1)) return Range("typical-p", sampling.TypicalP, "more than 0, at most 1");
        if (!(sampling.RepetitionPenalty is > 0 and <= 100)) return Range("repetition penalty", sampling.RepetitionPenalty, "more than 0, at most 100");
        if (!(sampling.PresencePenalty is >= -2 and <= 2)) return Range("presence penalty", sampling.PresencePenalty, "-2 to 2");
        if (!(sampling.FrequencyPenalty is >= -2 and <= 2)) return Range("frequency penalty", sampling.FrequencyPenalty, "-2 to 2");
        var seen = new HashSet<int>();
        foreach (var (token, bias) in sampling.LogitBias)
        {
            if ((uint)token >= (uint)vocabulary) return $"The logit bias names token {token}, which lies outside the vocabulary of {vocabulary}.";
            if (!(bias is >= -100 and <= 100)) return Range($"logit bias of token {token}", bias, "-100 to 100");
            if (!seen.Add(token)) return $"The logit bias names token {token} twice; name it once.";
        }

        return null;
    }

    private static string Range(string name, double value, string range) =>
        FormattableString.Invariant($"A {name} of {value} is out of range; take {range}.");
}
