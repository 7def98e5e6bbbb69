using System.Text.Json;

namespace NGrammys.Cli.Tests;

/// <summary><c>ngrammys config</c>: which settings hold, and where each comes from.</summary>
public sealed class ConfigTests
{
    [Fact]
    public async Task Config_tells_values_and_their_sources_without_passwords()
    {
        var (code, output, errors) = await NgrammysProcess.RunAsync(["config", "--json"], environment: new()
        {
            ["Engine__Threads"] = "3",
            ["Engine__SharedNGrams__0"] = "acme",
            ["Engine__SharedNGrams__1"] = "umbrella",
            ["Cluster__Database"] = "Host=db;Username=ngrammys;Password=hunter2",
        });
        Assert.True(code == 0, errors);
        var settings = JsonDocument.Parse(output).RootElement.EnumerateArray().ToDictionary(
            setting => setting.GetProperty("key").GetString()!, setting => (setting.GetProperty("value").GetString(), setting.GetProperty("source").GetString()));
        Assert.Equal(("3", "environment"), settings["Engine:Threads"]);
        Assert.Equal(("acme, umbrella", "environment"), settings["Engine:SharedNGrams"]);
        Assert.Equal(("auto", "default"), settings["Engine:Device"]);
        Assert.Equal((null, "default"), settings["Engine:Model"]);
        Assert.DoesNotContain("hunter2", output, StringComparison.Ordinal);
        Assert.Contains("Host=db", settings["Cluster:Database"].Item1, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Engine__Thread", "1", "Engine:Thread is no setting")]
    [InlineData("Engine__Threads", "many", "Engine:Threads")]
    [InlineData("Cluster__SiloPort", "70000", "Cluster:SiloPort is '70000'")]
    public async Task Config_refuses_what_a_host_would_refuse(string name, string value, string words)
    {
        var (code, _, errors) = await NgrammysProcess.RunAsync(["config"], environment: new() { [name] = value, ["Cluster__Database"] = "Host=db" });
        Assert.Equal(1, code);
        Assert.Contains(words, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }
}
