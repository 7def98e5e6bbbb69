using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace NGrammys.Deploy.Tests.Manifests;

/// <summary>Dashboard and alerts: what they ask for is what the programs measure, and where they send people there is something to read.</summary>
public sealed partial class MonitoringTests
{
    [Fact]
    public void Dashboard_asks_for_metrics_that_there_are()
    {
        var panels = JsonNode.Parse(DeployFolder.Read("observability", "grafana", "ngrammys.json"))!["panels"]!.AsArray();
        Assert.Equal(panels.Count, panels.Select(panel => panel!["id"]!.GetValue<int>()).Distinct().Count());
        foreach (var expression in panels.SelectMany(panel => panel!["targets"]!.AsArray()).Select(target => target!["expr"]!.GetValue<string>())) AssertKnown(expression);
    }

    [Fact]
    public void Alerts_ask_for_metrics_that_there_are_and_lead_to_a_page()
    {
        var rules = DeployFolder.Documents("observability", "alerts.yaml").Single()["groups"].Items.SelectMany(group => group["rules"].Items).ToList();
        Assert.NotEmpty(rules);
        foreach (var rule in rules)
        {
            AssertKnown(rule["expr"].Text);
            var (file, anchor) = (rule["annotations"]["runbook"].Text.Split('#')[0], rule["annotations"]["runbook"].Text.Split('#')[1]);
            var headings = File.ReadLines(Path.Combine(DeployFolder.Repository, file)).Where(line => line.StartsWith('#'))
                .Select(line => NotOfAnchors().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'));
            Assert.Contains(anchor, headings);
        }
    }

    [Theory]
    [InlineData("prometheus.yaml")]
    [InlineData("prometheus.cluster.yaml")]
    public void Prometheus_reads_the_alerts(string file)
    {
        var configuration = DeployFolder.Documents("observability", file).Single();
        Assert.All(configuration["rule_files"].Items, rules => Assert.True(File.Exists(DeployFolder.Path("observability", rules.Text))));
        Assert.Equal("ngrammys", Assert.Single(configuration["scrape_configs"].Items)["job_name"].Text);
    }

    private static void AssertKnown(string expression)
    {
        var asked = MetricNames().Matches(expression).Select(match => match.Value).ToList();
        Assert.True(asked.Count > 0 || expression.StartsWith("up{", StringComparison.Ordinal), expression);
        Assert.All(asked, name => Assert.Contains(name, Metrics.Names));
    }

    [GeneratedRegex(@"\b(?:ngrammys|gen_ai|vllm:)_?\w+")]
    private static partial Regex MetricNames();

    [GeneratedRegex("[^a-z0-9 -]")]
    private static partial Regex NotOfAnchors();
}
