namespace NGrammys.Drafting;

/// <summary>Corrects estimated probabilities by what was observed, apart for each kind of trail: between fixed log-odds the observed rates are interpolated.</summary>
/// <remarks>The adaptive probability map of context-mixing compressors.</remarks>
/// <param name="window">Observations after which the older fade.</param>
internal sealed class Calibration(int window)
{
    private const int Points = 25; // half a unit of log-odds apart, from -6 to 6
    private const int PriorWeight = 20;

    private readonly (float Rate, float Weight)[] _points = Identity();

    /// <summary>Takes what another has learned, with no more weight than this window.</summary>
    public void Copy(Calibration other)
    {
        for (var point = 0; point < _points.Length; point++)
        {
            var (rate, weight) = other._points[point];
            _points[point] = (rate, Math.Min(weight, window));
        }
    }

    /// <summary>The observed rate where the estimate had these log-odds.</summary>
    public float Correct(float logOdds, Trail trail)
    {
        var (point, part) = Place(logOdds, trail);
        return _points[point].Rate * (1 - part) + _points[point + 1].Rate * part;
    }

    /// <summary>Learns whether a candidate whose estimate had these log-odds was chosen.</summary>
    public void Learn(float logOdds, Trail trail, bool chosen)
    {
        var (point, part) = Place(logOdds, trail);
        Learn(ref _points[point], 1 - part, chosen);
        Learn(ref _points[point + 1], part, chosen);
    }

    /// <summary>Writes what was learned.</summary>
    public void Write(BinaryWriter writer)
    {
        foreach (var (rate, weight) in _points)
        {
            writer.Write(rate);
            writer.Write(weight);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public void Read(BinaryReader reader)
    {
        foreach (ref var point in _points.AsSpan())
        {
            var (rate, weight) = (reader.ReadSingle(), reader.ReadSingle());
            if (rate is > 0 and < 1 && weight >= 1) point = (rate, Math.Min(weight, window));
        }
    }

    private static (int Point, float Part) Place(float logOdds, Trail trail)
    {
        var at = Math.Clamp(logOdds * 2 + Points / 2, 0, Points - 1.001f);
        return (trail.Kind * Points + (int)at, at - (int)at);
    }

    private void Learn(ref (float Rate, float Weight) point, float part, bool chosen)
    {
        point.Weight = Math.Min(point.Weight + part, window);
        point.Rate += part * ((chosen ? 1 : 0) - point.Rate) / point.Weight;
    }

    private static (float, float)[] Identity() =>
        [.. Enumerable.Range(0, Trail.Kinds * Points).Select(point => (1 / (1 + MathF.Exp(-(point % Points - Points / 2) / 2f)), (float)PriorWeight))];
}
