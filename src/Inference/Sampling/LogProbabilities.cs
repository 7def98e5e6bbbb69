using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Numerics;

namespace NGrammys.Inference.Sampling;

/// <summary>Log probabilities under the model itself: the softmax of its logits, before anything was done to them.</summary>
internal static class LogProbabilities
{
    /// <summary>That of a token and of the most probable ones, best first, ties by id.</summary>
    /// <param name="logits">[V], as the model gave them.</param>
    /// <param name="token">The chosen token.</param>
    /// <param name="alternatives">How many of the most probable tokens.</param>
    public static TokenLogProbability Of(ReadOnlySpan<float> logits, int token, int alternatives)
    {
        double best = logits[TokenSampler.ArgMax(logits)], total = 0;
        foreach (var logit in logits) total += Candidates.Weight(logit, best);
        var logTotal = best + Elementary.Log(total);
        var top = new (int Token, double LogProbability)[Math.Min(alternatives, logits.Length)];
        var filled = 0;
        for (var i = 0; i < logits.Length && top.Length > 0; i++)
        {
            var value = logits[i] - logTotal;
            if (filled == top.Length && value <= top[^1].LogProbability) continue;
            var at = filled < top.Length ? filled++ : filled - 1;
            for (; at > 0 && top[at - 1].LogProbability < value; at--) top[at] = top[at - 1];
            top[at] = (i, value);
        }

        return new TokenLogProbability(token, logits[token] - logTotal, top);
    }
}
