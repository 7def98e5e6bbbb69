namespace NGrammys.Grains.Tests.Simulation;

/// <summary>Who has seen the packets of known prompts, has learned what of them tells prompts apart, and says by the packets of another reply what it was.</summary>
/// <remarks>A diagonal discriminant: the nearest mean, each number counting by what it differs between prompts over what it differs within one.</remarks>
internal sealed class Eavesdropper
{
    private readonly List<Sighting> _seen = [];

    /// <summary>Sees the packets of a reply.</summary>
    /// <param name="prompt">What it answered.</param>
    /// <param name="round">When: what he says of a reply he has learned from other rounds alone.</param>
    /// <param name="features">The packets in numbers, as many each time.</param>
    public void See(int prompt, int round, double[] features) => _seen.Add(new Sighting(prompt, round, features));

    /// <summary>Share of the replies that he recognises.</summary>
    public double Accuracy() => _seen.GroupBy(reply => reply.Round).Average(Accuracy);

    private double Accuracy(IGrouping<int, Sighting> round)
    {
        var known = _seen.Where(reply => reply.Round != round.Key).GroupBy(reply => reply.Prompt).ToDictionary(prompt => prompt.Key, prompt => prompt.ToArray());
        var means = known.ToDictionary(prompt => prompt.Key, prompt => Mean(prompt.Value));
        var centre = Mean([.. means.Select(mean => new Sighting(mean.Key, 0, mean.Value))]);
        var weights = centre.Select((middle, i) => Weight(
            means.Values.Average(mean => Math.Pow(mean[i] - middle, 2)),
            known.Average(prompt => prompt.Value.Average(reply => Math.Pow(reply.Features[i] - means[prompt.Key][i], 2))))).ToArray();
        return round.Average(reply => means.MinBy(mean => Distance(mean.Value, reply.Features, weights)).Key == reply.Prompt ? 1.0 : 0);
    }

    private static double[] Mean(Sighting[] replies) => [.. replies[0].Features.Select((_, i) => replies.Average(reply => reply.Features[i]))];

    private static double Weight(double between, double within) => between == 0 ? 0 : between / (within + between) / (within + between);

    private static double Distance(double[] a, double[] b, double[] weights) => a.Select((value, i) => weights[i] * Math.Pow(value - b[i], 2)).Sum();

    private sealed record Sighting(int Prompt, int Round, double[] Features);
}
