using System.Text.Json;

namespace NGrammys.Cli.Tests.Bench;

/// <summary><c>ngrammys bench scale</c>, on small sizes.</summary>
public sealed class ScaleCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ngrammys-scale-").FullName;

    [Fact]
    public async Task Loads_take_the_time_that_passes_take_and_open_conversations_are_counted()
    {
        // A pass takes half a second, whatever is in it.
        var (code, output, errors) = await NgrammysProcess.RunAsync(
            ["bench", "scale", "--silos", "2", "--concurrency", "1", "--reply-tokens", "2", "--seconds", "1", "--open", "40", "--profile", Profile("0.5"), "--json"]);
        Assert.True(code == 0, errors);
        var scale = JsonDocument.Parse(output).RootElement;
        var loads = scale.GetProperty("loads").EnumerateArray().ToList();
        Assert.Equal(
            ["1 1 False", "2 2 False", "2 2 True"],
            loads.Select(row => $"{row.GetProperty("silos")} {row.GetProperty("at_once")} {row.GetProperty("free").GetBoolean()}"));
        // However busy the machine is, devices bring no more than they can: two passes a second, one token each, and what was under way when the second began.
        Assert.InRange(loads[0].GetProperty("tokens_per_second").GetDouble(), 0, 4);
        Assert.InRange(loads[1].GetProperty("tokens_per_second").GetDouble(), 0, 8);
        Assert.True(loads[2].GetProperty("tokens_per_second").GetDouble() > 0);
        Assert.Equal(0, loads[2].GetProperty("devices_busy").GetDouble());
        Assert.Equal("grains", loads[2].GetProperty("limit").GetString());
        Assert.All(loads, row => Assert.Contains(row.GetProperty("limit").GetString(), (string[])["engines", "grains"]));
        var open = Assert.Single(scale.GetProperty("open").EnumerateArray());
        Assert.Equal((40, 40), (open.GetProperty("open").GetInt32(), open.GetProperty("awake").GetInt32()));
        Assert.True(open.GetProperty("processor_milliseconds_per_turn").GetDouble() > 0);
    }

    [Theory]
    [InlineData("--silos", "0", "--silos 0 is too few; take at least 1.")]
    [InlineData("--open", "15", "--open 15 is too few; take at least 16, or 0 to leave that out.")]
    [InlineData("--seconds", "0", "--seconds must be greater than 0.")]
    [InlineData("--concurrency", "1,x", "'x' in --concurrency is no number of replies; write 1,4,16.")]
    [InlineData("--reply-tokens", "513", "--reply-tokens 513 will not do; take 1 to 512 with demo.")]
    public async Task Scale_says_in_one_line_what_it_cannot_do(string option, string value, string message)
    {
        var (code, _, errors) = await NgrammysProcess.RunAsync(["bench", "scale", "--profile", Profile("0.01"), option, value]);
        Assert.Equal(1, code);
        Assert.Equal($"ngrammys: {message}", errors.Trim());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Profile(string seconds)
    {
        var path = Path.Combine(_folder, "cost.json");
        File.WriteAllText(path, $$"""{"model":"m","dtype":"float32","device":"cpu","context":[32],"tokens":[1,128],"seconds":[[{{seconds}},{{seconds}}]],"spread":[[0,0]],"prompt":[{{seconds}}]}""");
        return path;
    }
}
