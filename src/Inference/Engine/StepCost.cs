namespace NGrammys.Inference.Engine;

/// <summary>What a forward pass costs by its tokens, learned from the passes themselves: a staircase of ranges of tokens, each as high as the mean of its passes.</summary>
/// <remarks>
/// <para>Costs are relative. Every pass is divided by the speed of the machine at that moment, which is followed within some ten passes; so a machine that
/// others slow down does no harm, and a pass that was held up counts for at most twice what was expected of it.</para>
/// <para>A range that has seen few passes lies where the straight line through all passes does (<see cref="CostLine"/>), as far off it as the range before.
/// Costs never fall with more tokens: what falls is pooled. Passes fade, those of ranges that nobody visits any more too, so that no error is kept for good.</para>
/// </remarks>
public sealed class StepCost
{
    // Faded passes that what is expected of a range counts for.
    private const double Doubt = 1;
    private const double Decay = 0.998;
    private const double Following = 0.1;
    private const double MostExpected = 2;
    private const double LeastPrice = 1.0 / 256;

    // Last tokens of the ranges: one by one up to 16, then eight to an octave, so that the stairs of devices, at powers of two and halfway, are among them.
    private static readonly int[] Ends = [.. Enumerable.Range(1, 16), .. Enumerable.Range(0, 8).SelectMany(octave => Enumerable.Range(9, 8).Select(eighth => eighth << (octave + 1)))];

    private readonly CostLine _line = new();
    private readonly double[] _passes = new double[Ends.Length]; // faded
    private readonly double[] _means = new double[Ends.Length]; // of their costs
    private readonly double[] _stairs = new double[Ends.Length];
    private readonly double[] _weights = new double[Ends.Length];
    private double _speed; // seconds for a cost of 1

    /// <summary>Begins with what is expected of any device.</summary>
    public StepCost() => Build();

    /// <summary>Cost of a pass, in a unit of its own.</summary>
    /// <param name="tokens">Nodes in it, greater than 0; between whole numbers the greater counts.</param>
    public double Of(double tokens)
    {
        var range = Range(tokens);
        return range < Ends.Length ? _stairs[range] : _stairs[^1] * _line.At(tokens) / _line.At(Ends[^1]);
    }

    /// <summary>Seconds that a pass takes on this machine now; 0 before the first.</summary>
    /// <param name="tokens">Nodes in it, greater than 0.</param>
    public double Seconds(double tokens) => _speed * Of(tokens);

    /// <summary>What draft nodes must be worth to pay: the least mean survival, as a share of a decoded token, at which any number of them is worth its
    /// cost in a pass of so many roots.</summary>
    /// <param name="roots">Sequences that decode, at least 1.</param>
    /// <param name="mostNodes">Most nodes that a pass may have beside them.</param>
    public double Price(int roots, int mostNodes)
    {
        var price = 1.0;
        for (var range = Range(roots) + 1; range < Ends.Length && Ends[range] <= roots + mostNodes; range++)
            price = Math.Min(price, (_stairs[range] / Of(roots) - 1) * roots / (Ends[range] - roots));
        return Math.Max(price, LeastPrice);
    }

    /// <summary>Learns from a pass.</summary>
    /// <param name="tokens">Nodes in it.</param>
    /// <param name="seconds">What it took; nothing is learned from a clock that stands still.</param>
    public void Observe(int tokens, double seconds)
    {
        if (seconds <= 0) return;
        var expected = Of(tokens);
        if (_speed == 0) _speed = seconds / expected;
        var surprise = Math.Clamp(seconds / _speed / expected, 1 / MostExpected, MostExpected);
        _speed *= Math.Pow(surprise, Following);
        _line.Observe(tokens, expected * surprise);
        foreach (ref var passes in _passes.AsSpan()) passes *= Decay;
        if (Range(tokens) is var range && range < Ends.Length)
        {
            // What the pass would have cost with the last tokens of its range: a slope within a range is none of its stairs.
            var atEnd = expected * surprise * _line.At(Ends[range]) / _line.At(tokens);
            _means[range] += (atEnd - _means[range]) / ++_passes[range];
        }

        Build();
    }

    private static int Range(double tokens)
    {
        if (tokens <= 16) return (int)Math.Ceiling(tokens) - 1;
        var found = Array.BinarySearch(Ends, (int)Math.Ceiling(tokens));
        return found < 0 ? ~found : found;
    }

    private void Build()
    {
        var offLine = 1.0;
        for (var range = 0; range < Ends.Length; range++)
        {
            var line = _line.At(Ends[range]);
            _weights[range] = _passes[range] + Doubt;
            _stairs[range] = (_passes[range] * _means[range] + Doubt * line * offLine) / _weights[range];
            offLine = _stairs[range] / line;
        }
        Pool();
    }

    // Neighbours that fall lie at their mean: isotonic regression by pooling adjacent violators.
    private void Pool()
    {
        for (var range = 1; range < Ends.Length; range++)
        {
            var first = range;
            var (sum, weight) = (_stairs[range] * _weights[range], _weights[range]);
            while (first > 0 && _stairs[first - 1] > sum / weight)
            {
                first--;
                (sum, weight) = (sum + _stairs[first] * _weights[first], weight + _weights[first]);
            }

            if (first < range) _stairs.AsSpan(first..(range + 1)).Fill(sum / weight);
        }
    }
}
