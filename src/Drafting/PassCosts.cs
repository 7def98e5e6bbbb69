namespace NGrammys.Drafting;

/// <summary>What passes of a model cost on a device, by the tokens in a pass and the length of the context before them.</summary>
/// <remarks>Between measured points cost is interpolated, first over the tokens, then over the context; beyond the last token count it goes on as between
/// the last two, beyond the contexts it stays.</remarks>
public sealed class PassCosts
{
    private readonly (int Context, (int Tokens, double Cost)[] Points)[] _curves;

    /// <summary>Takes measured points.</summary>
    /// <param name="points">Tokens in the step, length of the context, cost in any one unit.</param>
    /// <exception cref="ArgumentException">There is no point, or one that cannot be.</exception>
    public PassCosts(IEnumerable<(int Tokens, int Context, double Cost)> points)
    {
        _curves =
        [
            .. points.GroupBy(point => point.Context)
                .OrderBy(curve => curve.Key)
                .Select(curve => (curve.Key, curve.Select(point => (point.Tokens, point.Cost)).DistinctBy(point => point.Tokens).OrderBy(point => point.Tokens).ToArray())),
        ];
        if (_curves.Length == 0) throw new ArgumentException("Costs of passes need at least one point.", nameof(points));
        if (_curves.Any(curve => curve.Context < 0 || curve.Points.Any(point => point.Tokens < 1 || !double.IsFinite(point.Cost) || point.Cost <= 0)))
            throw new ArgumentException("Tokens of a pass are at least 1, contexts at least 0, and costs greater than 0.", nameof(points));
    }

    /// <summary>Every pass costs the same: what a device would bring whose idle arithmetic is without end.</summary>
    public static PassCosts Free { get; } = new([(1, 0, 1)]);

    /// <summary>Cost of a pass.</summary>
    /// <param name="tokens">Tokens in it, roots included; may be a mean.</param>
    /// <param name="context">Tokens before them.</param>
    public double Cost(double tokens, int context)
    {
        var last = Array.FindIndex(_curves, curve => curve.Context >= context);
        if (last < 0) return Cost(_curves[^1].Points, tokens);
        if (last == 0) return Cost(_curves[0].Points, tokens);
        var (low, high) = (_curves[last - 1], _curves[last]);
        var part = (double)(context - low.Context) / (high.Context - low.Context);
        return Cost(low.Points, tokens) * (1 - part) + Cost(high.Points, tokens) * part;
    }

    private static double Cost((int Tokens, double Cost)[] points, double tokens)
    {
        if (points.Length == 1 || tokens <= points[0].Tokens) return points[0].Cost;
        var last = Array.FindIndex(points, point => point.Tokens >= tokens);
        if (last < 0) last = points.Length - 1;
        var (low, high) = (points[last - 1], points[last]);
        return Math.Max(low.Cost + (high.Cost - low.Cost) * (tokens - low.Tokens) / (high.Tokens - low.Tokens), points[0].Cost);
    }
}
