using System.Numerics;
using System.Runtime.InteropServices;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Inference.Sampling;

/// <summary>Chooses the target model's token: a pure function of (logits, parameters, context, choice, position). Ties go to the lowest id.</summary>
/// <remarks>Buffers are reused: nothing is allocated once they have the vocabulary's size. Not thread-safe.</remarks>
public sealed class TokenSampler
{
    private readonly Candidates _candidates = new();
    private double[] _scores = [];

    /// <summary>The token for a position of a choice.</summary>
    /// <param name="logits">[V], float32, as the model gave them.</param>
    /// <param name="sampling">How to choose.</param>
    /// <param name="choice">Key of the noise.</param>
    /// <param name="position">Key of the noise.</param>
    /// <param name="context">What stands before the token, and what may come.</param>
    public int Sample(ReadOnlySpan<float> logits, SamplingParameters sampling, int choice, int position, NodeContext context = default)
    {
        if (sampling is { Temperature: <= 0, Penalises: false, LogitBias: [] } && context.Allowed.IsEmpty && context.Forbidden.IsEmpty) return ArgMax(logits);
        Process(logits, sampling, context);
        if (sampling.Temperature <= 0) return Best(logits.Length);
        var noise = new GumbelNoise(sampling.Seed, choice, position);
        if (Candidates.KeepAll(sampling, logits.Length)) return NoisyArgMax(noise, logits.Length);
        _candidates.Keep(_scores, logits.Length, sampling);
        return NoisyArgMax(noise, _candidates.Tokens);
    }

    /// <summary>The distribution that <see cref="Sample"/> draws from.</summary>
    /// <param name="logits">[V], as above.</param>
    /// <param name="sampling">How to choose.</param>
    /// <param name="probabilities">[V] receives the probability of each token.</param>
    /// <param name="context">As above.</param>
    public void Distribution(ReadOnlySpan<float> logits, SamplingParameters sampling, Span<double> probabilities, NodeContext context = default)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(probabilities.Length, logits.Length);
        Process(logits, sampling, context);
        probabilities.Clear();
        var best = Best(logits.Length);
        if (sampling.Temperature <= 0)
        {
            probabilities[best] = 1;
            return;
        }

        // The largest temperature of all keeps every token: then the candidates are the whole vocabulary.
        _candidates.Keep(_scores, logits.Length, sampling);
        var total = 0.0;
        foreach (var token in _candidates.Tokens) total += Candidates.Weight(_scores[token], _scores[best]);
        foreach (var token in _candidates.Tokens) probabilities[token] = Candidates.Weight(_scores[token], _scores[best]) / total;
    }

    /// <summary>The largest logit's token. A first logit that is no number is the largest of all, any other is the least: weights that are damaged show.</summary>
    public static int ArgMax(ReadOnlySpan<float> logits)
    {
        if (float.IsNaN(logits[0])) return 0;
        // Once for the largest and once for its place: that many at a time, twice is sooner than once one by one.
        var blocks = MemoryMarshal.Cast<float, Vector<float>>(logits);
        var rest = blocks.Length * Vector<float>.Count;
        var lanes = new Vector<float>(logits[0]);
        foreach (var block in blocks) lanes = Vector.ConditionalSelect(Vector.GreaterThan(block, lanes), block, lanes);
        var largest = logits[0];
        for (var i = 0; i < Vector<float>.Count; i++) largest = lanes[i] > largest ? lanes[i] : largest;
        foreach (var logit in logits[rest..]) largest = logit > largest ? logit : largest;
        lanes = new Vector<float>(largest);
        var at = 0;
        while (at < blocks.Length && !Vector.EqualsAny(blocks[at], lanes)) at++;
        for (var i = at * Vector<float>.Count; ; i++)
        {
            if (logits[i] == largest) return i;
        }
    }

    /// <summary>Fills <see cref="_scores"/>: logits behind bias, penalties, masks and temperature.</summary>
    private void Process(ReadOnlySpan<float> logits, SamplingParameters sampling, NodeContext context)
    {
        if (_scores.Length < logits.Length) _scores = new double[logits.Length];
        for (var i = 0; i < logits.Length; i++) _scores[i] = logits[i];
        foreach (var (token, bias) in sampling.LogitBias) _scores[token] += bias;
        if (sampling.Penalises) Penalise(sampling, context.Counts ?? throw new ArgumentException("Penalties need the tokens before the node.", nameof(context)));
        for (var i = 0; i < logits.Length && !context.Allowed.IsEmpty; i++)
        {
            if ((context.Allowed[i >> 6] >> (i & 63) & 1) == 0) _scores[i] = double.NegativeInfinity;
        }

        foreach (var token in context.Forbidden) _scores[token] = double.NegativeInfinity;
        if (sampling.Temperature <= 0) return;
        for (var i = 0; i < logits.Length; i++) _scores[i] /= sampling.Temperature;
    }

    private void Penalise(SamplingParameters sampling, TokenCounts counts)
    {
        foreach (var (token, reply) in counts)
        {
            ref var score = ref _scores[token];
            score = score < 0 ? score * sampling.RepetitionPenalty : score / sampling.RepetitionPenalty;
            if (reply > 0) score -= sampling.PresencePenalty + reply * sampling.FrequencyPenalty;
        }
    }

    private int Best(int count)
    {
        var best = 0;
        for (var i = 1; i < count; i++)
        {
            if (_scores[i] > _scores[best]) best = i;
        }

        return best;
    }

    private int NoisyArgMax(GumbelNoise noise, ReadOnlySpan<int> candidates)
    {
        var (best, bestValue) = (-1, double.NegativeInfinity);
        foreach (var token in candidates)
        {
            var value = _scores[token] + GumbelNoise.FromUniform(noise.Uniform(token));
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
            var x = bestValue - _scores[token];
            if (x > 0 && (1 - uniform) * (1 + x * (1 + x * (0.5 + x / 6))) > 1) continue;
            var value = _scores[token] + GumbelNoise.FromUniform(uniform);
            if (value > bestValue) (best, bestValue) = (token, value);
        }

        return best;
    }
}
