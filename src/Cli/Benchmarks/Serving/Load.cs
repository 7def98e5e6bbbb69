using System.Globalization;

namespace NGrammys.Cli.Benchmarks.Serving;

/// <summary>How conversations come: so many at once, each followed by the next (a closed loop), or so many a second whatever becomes of them (an open one).</summary>
/// <param name="Concurrency">Conversations at once; null in an open loop.</param>
/// <param name="Rate">Conversations a second on average, at random times; null in a closed loop.</param>
internal sealed record Load(int? Concurrency, double? Rate)
{
    /// <summary>Its name in tables.</summary>
    public string Name => Concurrency is { } many ? string.Create(CultureInfo.InvariantCulture, $"{many} at once") : string.Create(CultureInfo.InvariantCulture, $"{Rate}/s");

    /// <summary>When the conversations of an open loop begin, in seconds: intervals are exponential, so arrivals are a Poisson process.</summary>
    public IEnumerable<double> Arrivals(Random random)
    {
        for (var at = 0.0; ; at -= Math.Log(1 - random.NextDouble()) / Rate!.Value) yield return at;
    }
}
