namespace NGrammys.Drafting;

/// <summary>Corrects estimated probabilities by what was observed, apart for each kind of place: between fixed log-odds the observed rates are interpolated.</summary>
/// <remarks>The adaptive probability map of context-mixing compressors.</remarks>
/// <param name="kinds">Number of kinds of places.</param>
/// <param name="window">Observations after which the older fade.</param>
internal sealed class Calibration(int kinds, int window)
{
    private const int Points = 25; // half a unit of log-odds apart, from -6 to 6
    private const int PriorWeight = 20;

    private readonly (float Rate, float Weight)[] _points = Identity(kinds);

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
    public float Correct(float logOdds, int kind)
    {
        var (point, part) = Place(logOdds, kind);
        return _points[point].Rate * (1 - part) + _points[point + 1].Rate * part;
    }

    /// <summary>Learns whether a candidate whose estimate had these log-odds was chosen.</summary>
    public void Learn(float logOdds, int kind, bool chosen)
    {
        var (point, part) = Place(logOdds, kind);
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

    private static (int Point, float Part) Place(float logOdds, int kind)
    {
        var at = Math.Clamp(logOdds * 2 + Points / 2, 0, Points - 1.001f);
        return (kind * Points + (int)at, at - (int)at);
    }

    private void Learn(ref (float Rate, float Weight) point, float part, bool chosen)
    {
        point.Weight = Math.Min(point.Weight + part, window);
        point.Rate += part * ((chosen ? 1 : 0) - point.Rate) / point.Weight;
    }

    private static (float, float)[] Identity(int kinds) =>
        [.. Enumerable.Range(0, kinds * Points).Select(point => (1 / (1 + MathF.Exp(-(point % Points - Points / 2) / 2f)), (float)PriorWeight))];
}
