namespace NGrammys.Inference.Engine;

/// <summary>The straight line through what passes cost: cost(T) = fixed × (1 + ratio × T), by least squares with decay.</summary>
internal sealed class CostLine
{
    // An old pass counts half after about 140 newer ones.
    private const double Decay = 0.995;

    // Before anything is measured: sixteen more tokens double a pass. Limits: no device is faster than the one bound or slower than the other, a noisy clock is.
    private const double PriorRatio = 1.0 / 16, SmallestRatio = 1.0 / 256, LargestRatio = 1.0 / 2;

    private double _n, _t, _tt, _s, _ts;
    private double _fixed = 1, _ratio = PriorRatio;

    /// <summary>Where the line says that passes of so many tokens lie.</summary>
    public double At(double tokens) => _fixed * (1 + _ratio * tokens);

    /// <summary>Learns from a pass.</summary>
    public void Observe(int tokens, double cost)
    {
        _n = _n * Decay + 1;
        _t = _t * Decay + tokens;
        _tt = _tt * Decay + (double)tokens * tokens;
        _s = _s * Decay + cost;
        _ts = _ts * Decay + tokens * cost;
        _ratio = Ratio();
        _fixed = _s / (_n + _ratio * _t);
    }

    private double Ratio()
    {
        var variance = _n * _tt - _t * _t;
        // Without passes of different sizes there is no slope to see.
        if (_n < 8 || variance < 0.5 * _n * _n) return PriorRatio;
        var perToken = (_n * _ts - _t * _s) / variance;
        var atZero = (_s - perToken * _t) / _n;
        return atZero <= 0 ? LargestRatio : Math.Clamp(perToken / atZero, SmallestRatio, LargestRatio);
    }
}
