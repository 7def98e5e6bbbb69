using System.Text.RegularExpressions;

namespace NGrammys.Deploy.Tests.Manifests;

/// <summary>The names under which Prometheus finds what the programs measure, read from where the instruments are made.</summary>
internal static partial class Metrics
{
    public static IReadOnlySet<string> Names { get; } = Directory.GetFiles(Path.Combine(DeployFolder.Repository, "src", "Grains", "Observability"), "*.cs")
        .SelectMany(File.ReadAllLines).SelectMany(Of).ToHashSet();

    // As PrometheusText spells them.
    private static IEnumerable<string> Of(string line)
    {
        var match = Instrument().Match(line);
        if (!match.Success) return [];
        var name = match.Groups["name"].Value.Replace('.', '_');
        return match.Groups["kind"].Value switch
        {
            "Seconds" => [$"{name}_seconds_bucket", $"{name}_seconds_sum", $"{name}_seconds_count"],
            "Gauge" => [name],
            _ => [$"{name}_total"],
        };
    }

    [GeneratedRegex("""(?<kind>Gauge|Counter|CreateCounter<long>|Seconds)\("(?<name>(?:ngrammys|gen_ai)\.[a-z_.]+)""")]
    private static partial Regex Instrument();
}
