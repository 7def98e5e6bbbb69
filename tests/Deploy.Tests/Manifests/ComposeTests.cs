using NGrammys.Silo;

namespace NGrammys.Deploy.Tests.Manifests;

/// <summary>The compose files: their services, with overrides where those belong.</summary>
public sealed class ComposeTests
{
    private static readonly string[] Keys =
    [
        "build", "cap_drop", "command", "depends_on", "deploy", "environment", "healthcheck", "image", "networks", "ports", "read_only", "restart", "security_opt",
        "stop_grace_period", "tmpfs", "volumes",
    ];

    public static TheoryData<string> Files => [.. Directory.GetFiles(DeployFolder.Path("compose"), "*.yaml").Select(file => Path.GetFileName(file)).Order()];

    [Theory]
    [MemberData(nameof(Files))]
    public void File_names_what_there_is(string file)
    {
        var compose = DeployFolder.Documents("compose", file).Single();
        var services = compose["services"].Entries.ToList();
        Assert.NotEmpty(services);
        foreach (var (name, service) in services)
        {
            Assert.All(service.Entries, entry => Assert.Contains(entry.Key, Keys));
            if (service["build"]["dockerfile"] is { Exists: true } dockerfile) Assert.True(File.Exists(Path.Combine(DeployFolder.Repository, dockerfile.Text)), dockerfile.Text);
            foreach (var volume in service["volumes"].Items.Select(volume => volume.Text))
            {
                var source = volume.Split(':')[0];
                if (source.StartsWith("..", StringComparison.Ordinal)) Assert.True(Path.Exists(DeployFolder.Path("compose", source)), source);
                else if (source[0] is not ('.' or '$')) Assert.Contains(compose["volumes"].Entries, entry => entry.Key == source);
            }

            var needed = service["depends_on"].Items.Select(item => item.Text).Concat(service["depends_on"].Entries.Select(entry => entry.Key));
            Assert.All(needed, other => Assert.Contains(services, entry => entry.Key == other));
            foreach (var (variable, _) in service["environment"].Entries.Where(_ => name == "ngrammys")) KnownNames.AssertVariable(variable);
            if (service["image"].Text.StartsWith("ngrammys:", StringComparison.Ordinal) && service["command"].Exists) CheckOurs(name, service);
        }
    }

    [Fact]
    public void Silos_and_database_are_reached_by_the_cluster_alone()
    {
        var compose = DeployFolder.Documents("compose", "compose.cluster.yaml").Single();
        var isolated = compose["networks"].Entries.Where(network => network.Value["internal"].Text == "True").Select(network => network.Key).ToHashSet();
        var services = compose["services"].Entries.ToDictionary(service => service.Key, service => service.Value["networks"].Items.Select(network => network.Text).ToHashSet());
        // A service that names no network stands on one with everybody.
        Assert.All(services.Values, networks => Assert.Subset(compose["networks"].Entries.Select(network => network.Key).ToHashSet(), networks));
        Assert.All(services.Values, Assert.NotEmpty);
        foreach (var name in (string[])["postgres", "silo-1", "silo-2"])
        {
            Assert.Subset(isolated, services[name]);
            Assert.Empty(compose["services"][name]["ports"].Items);
        }

        Assert.Empty(services["nginx"].Intersect(isolated));
        // Frontends alone stand on both sides, and are what nginx reaches.
        Assert.Equal(["web-1", "web-2"], services.Where(service => service.Value.Overlaps(services["nginx"]) && service.Value.Overlaps(isolated)).Select(service => service.Key));
    }

    [Fact]
    public void Override_of_the_GPU_adds_to_the_service_of_the_box()
    {
        var box = DeployFolder.Documents("compose", "compose.yaml").Single()["services"].Entries.Select(entry => entry.Key).ToList();
        Assert.All(DeployFolder.Documents("compose", "compose.gpu.yaml").Single()["services"].Entries, entry => Assert.Contains(entry.Key, box));
    }

    private static void CheckOurs(string name, Yaml service)
    {
        Assert.Contains(service["command"].Items.First().Text, KnownNames.Programs);
        foreach (var (variable, _) in service["environment"].Entries) KnownNames.AssertVariable(variable);
        Assert.True(TimeSpan.FromSeconds(int.Parse(service["stop_grace_period"].Text.TrimEnd('s'), System.Globalization.CultureInfo.InvariantCulture)) > SiloProcess.LongestFarewell, name);
        Assert.Equal("True", service["read_only"].Text, ignoreCase: true);
        Assert.Equal("ALL", service["cap_drop"].Items.Single().Text);
        if (service["healthcheck"]["test"].Items.LastOrDefault() is { } probe) Assert.Contains(new Uri(probe.Text).AbsolutePath, KnownNames.HealthPaths);
        // Nothing is published beyond this machine but what ends TLS.
        Assert.All(service["ports"].Items, port => Assert.StartsWith("127.0.0.1:", port.Text, StringComparison.Ordinal));
    }
}
