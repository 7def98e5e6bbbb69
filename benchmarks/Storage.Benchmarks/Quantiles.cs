namespace NGrammys.Storage.Benchmarks;

/// <summary>Samples, and where a share of them lies.</summary>
internal sealed class Quantiles
{
    private readonly List<double> _samples = [];

    public void Add(double sample) => _samples.Add(sample);

    public double At(double share) => _samples.Count == 0 ? double.NaN : _samples.Order().ElementAt((int)(share * (_samples.Count - 1)));
}
