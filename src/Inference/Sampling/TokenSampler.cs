using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Numerics;

namespace NGrammys.Inference.Sampling;

/// <summary>Chooses the target model's token: a pure function of (logits, parameters, choice, position). Ties go to the lowest id. Not thread-safe.</summary>
public sealed class TokenSampler
{
    private double[] _scaled = [];
    private int[] _candidates = [];

    /// <summary>The token for a position of a choice.</summary>
    /// <param name="logits">[V], float32, as the model gave them.</param>
    /// <param name="sampling">Temperature, top-k, top-p (in this order, as in transformers) and the seed.</param>
    /// <param name="choice">Key of the noise.</param>
    /// <param name="position">Key of the noise.</param>
    public int Sample(ReadOnlySpan<float> logits, SamplingParameters sampling, int choice, int position)
    {
        if (sampling.Temperature <= 0) return ArgMax(logits);
        if (_scaled.Length < logits.Length) (_scaled, _candidates) = (new double[logits.Length], new int[logits.Length]);
        for (var i = 0; i < logits.Length; i++) _scaled[i] = logits[i] / sampling.Temperature;
        var noise = new GumbelNoise(sampling.Seed, choice, position);
        var kept = Candidates(logits.Length, sampling);
        return kept < 0 ? NoisyArgMax(noise, logits.Length) : NoisyArgMax(noise, _candidates.AsSpan(0, kept));
    }

    /// <summary>The largest logit's token.</summary>
    public static int ArgMax(ReadOnlySpan<float> logits)
    {
        var best = 0;
        for (var i = 1; i < logits.Length; i++)
        {
            if (logits[i] > logits[best]) best = i;
        }

        return best;
    }

    /// <summary>Fills <see cref="_candidates"/>, best first, and returns their number; -1 = every token.</summary>
    private int Candidates(int count, SamplingParameters sampling)
    {
        var limit = sampling.TopK is > 0 && sampling.TopK < count ? sampling.TopK : count;
        if (limit == count && sampling.TopP >= 1) return -1;
        for (var i = 0; i < count; i++) _candidates[i] = i;
        Array.Sort(_candidates, 0, count, Comparer<int>.Create((a, b) =>
            _scaled[a] != _scaled[b] ? _scaled[b].CompareTo(_scaled[a]) : a.CompareTo(b)));
        // Like transformers, top-k keeps every token that ties with the k-th.
        while (limit < count && _scaled[_candidates[limit]] == _scaled[_candidates[limit - 1]]) limit++;
        if (sampling.TopP >= 1) return limit;

        var (largest, total) = (_scaled[_candidates[0]], 0.0);
        for (var i = 0; i < limit; i++) total += Elementary.Exp(_scaled[_candidates[i]] - largest);
        var (kept, mass) = (0, 0.0);
        while (kept < limit && (kept == 0 || mass < sampling.TopP * total)) mass += Elementary.Exp(_scaled[_candidates[kept++]] - largest);
        return kept;
    }

    private int NoisyArgMax(GumbelNoise noise, ReadOnlySpan<int> candidates)
    {
        var (best, bestValue) = (-1, double.NegativeInfinity);
        foreach (var token in candidates)
        {
            var value = _scaled[token] + GumbelNoise.FromUniform(noise.Uniform(token));
            if (value > bestValue || (value == bestValue && token < best)) (best, bestValue) = (token, value);
        }

        return best;
    }

    private int NoisyArgMax(GumbelNoise noise, int count)
    {
        var (best, bestValue) = (0, double.NegativeInfinity);
        for (var token = 0; token < count; token++)
        {
            var uniform = noise.Uniform(token);
            // To win, the noise must exceed x, hence 1 - u < 1 - exp(-exp(-x)) <= exp(-x) <= 1 / (1 + x + x²/2 + x³/6): two logarithms saved almost always.
            var x = bestValue - _scaled[token];
            if (x > 0 && (1 - uniform) * (1 + x * (1 + x * (0.5 + x / 6))) > 1) continue;
            var value = _scaled[token] + GumbelNoise.FromUniform(uniform);
            if (value > bestValue) (best, bestValue) = (token, value);
        }

        return best;
    }
}
