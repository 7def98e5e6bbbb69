namespace NGrammys.Inference.Engine;

/// <summary>What a forward pass costs, learned from the passes themselves: seconds(T) = fixed + perToken × T, by least squares with decay.</summary>
/// <remarks>Only the ratio of the two decides how many drafts pay, so a machine's drifting speed does no harm.</remarks>
public sealed class StepCost
{
    // An old pass counts half after about 140 newer ones.
    private const double Decay = 0.995;

    // Before anything is measured: sixteen more tokens double a pass. Limits: no device is faster than the one bound or slower than the other, a noisy clock is.
    private const double PriorRatio = 1.0 / 16, SmallestRatio = 1.0 / 256, LargestRatio = 1.0 / 2;

    private double _n, _t, _tt, _s, _ts;

    /// <summary>Cost of one more token as a share of the cost of a pass without any.</summary>
    public double Ratio
    {
        get
        {
            var variance = _n * _tt - _t * _t;
            // Without passes of different sizes there is no slope to see.
            if (_n < 8 || _s <= 0 || variance < 0.5 * _n * _n) return PriorRatio;
            var perToken = (_n * _ts - _t * _s) / variance;
            var @fixed = (_s - perToken * _t) / _n;
            return @fixed <= 0 ? LargestRatio : Math.Clamp(perToken / @fixed, SmallestRatio, LargestRatio);
        }
    }

    /// <summary>Learns from a pass of <paramref name="tokens"/> nodes.</summary>
    public void Observe(int tokens, double seconds)
    {
        _n = _n * Decay + 1;
        _t = _t * Decay + tokens;
        _tt = _tt * Decay + (double)tokens * tokens;
        _s = _s * Decay + seconds;
        _ts = _ts * Decay + tokens * seconds;
    }
}
