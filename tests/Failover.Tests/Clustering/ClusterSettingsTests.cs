using Microsoft.Extensions.Configuration;
using NGrammys.ServiceDefaults;
using NGrammys.ServiceDefaults.Clustering;

namespace NGrammys.Failover.Tests.Clustering;

public sealed class ClusterSettingsTests
{
    [Fact]
    public void Read_finds_no_cluster_where_there_is_no_section() => Assert.Null(Read());

    [Fact]
    public void Read_takes_defaults_for_all_but_the_database()
    {
        var settings = Read(("Database", "Host=db"))!;

        Assert.Equal(("ngrammys", TimeSpan.FromSeconds(1), 0), (settings.Name, settings.ProbeTimeout, settings.SiloPort));
        Assert.Contains("Search Path=ngrammys", settings.Database, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_takes_what_is_set()
    {
        var settings = Read(("Database", "Host=db"), ("Name", "west"), ("Address", "10.0.0.7"), ("SiloPort", "11111"), ("ProbeTimeout", "00:00:04"))!;

        Assert.Equal(("west", "10.0.0.7", 11111, TimeSpan.FromSeconds(4)), (settings.Name, settings.Address!.ToString(), settings.SiloPort, settings.ProbeTimeout));
    }

    [Theory]
    [InlineData("Database", "")]
    [InlineData("Database", "nonsense")]
    [InlineData("Address", "0.0.0.0")]
    [InlineData("SiloPort", "70000")]
    [InlineData("ProbeTimeout", "soon")]
    [InlineData("ProbeTimeout", "00:00:00.100")]
    [InlineData("Probes", "3")]
    public void Read_refuses_a_key_that_is_no_good_and_names_it(string key, string value)
    {
        var refusal = Assert.Throws<HostingException>(() => key == "Database" ? Read((key, value)) : Read(("Database", "Host=db"), (key, value)));

        Assert.Contains($"Cluster:{key}", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    private static ClusterSettings? Read(params (string Key, string Value)[] settings) => ClusterSettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"Cluster:{setting.Key}", (string?)setting.Value))).Build());
}
