using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using NGrammys.Silo;
using NGrammys.Silo.Engines;
using NGrammys.Storage.InMemory;
using NGrammys.WebFrontend.Auth;
using Orleans.Hosting;

namespace NGrammys.Conformance.Tests;

/// <summary>One silo that drives two devices, with the bundled model on both.</summary>
public sealed partial class SeveralDevicesTests : ApiServer
{
    private readonly LoadedModel _model = LoadedModel.Load(
        new EngineOptions { Model = Path.Combine(AppContext.BaseDirectory, "models", "demo"), Device = "cpu,cpu" }, TimeProvider.System, NullLoggerFactory.Instance);

    public override string Model => _model.Engine.Model.Name;

    [Fact]
    public async Task Replies_are_the_same_on_every_device_with_and_without_speculation_and_operators_see_both()
    {
        string[] questions = ["Write a loop.", "List the days of the week, twice.", "What is a file?", "Repeat: a b c a b c a b c"];
        using var operations = Connect(Keys.Create("operator", [KeyScopes.Admin]));

        // Four at a time: each device has two, and where a question lands is another device the second time.
        var speculated = await Task.WhenAll(questions.Select(question => AskAsync(question, "auto")));
        var plain = await Task.WhenAll(questions.Reverse().Select(question => AskAsync(question, "off")));
        var again = await Task.WhenAll(questions.SelectMany(question => new[] { AskAsync(question, "off"), AskAsync(question, "auto") }));

        Assert.All(speculated, text => Assert.NotEmpty(text));
        Assert.Equal(speculated, plain.Reverse());
        Assert.Equal(speculated.SelectMany(text => new[] { text, text }), again);
        var devices = JsonNode.Parse(await operations.GetStringAsync("/admin/status"))!["nodes"]![0]!["details"]!["devices"]!.AsArray();
        Assert.Equal(["cpu", "cpu"], devices.Select(device => (string)device!["device"]!));
        Assert.All(devices, device => Assert.True((long)device!["generated"]! > 0, device.ToJsonString()));
        var metrics = await operations.GetStringAsync("/metrics");
        // Other servers of this process count under the same name, on their first devices.
        var counted = Passes().Matches(metrics).Where(match => double.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) > 0).Select(match => match.Groups[1].Value);
        Assert.Equal(["0", "1"], counted.Distinct().Order());
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _model.Dispose();
    }

    protected override void Configure(ISiloBuilder silo) => silo.AddNGrammys(_model, new InMemoryStore(TimeProvider.System));

    private async Task<string> AskAsync(string question, string mode)
    {
        var (_, answer, _) = await this.PostJsonAsync("/v1/chat/completions", new JsonObject
        {
            ["model"] = Model,
            ["temperature"] = 0,
            ["max_tokens"] = 40,
            ["speculation"] = new JsonObject { ["mode"] = mode },
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = question }),
        });
        return answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;
    }

    [GeneratedRegex("""^ngrammys_engine_passes_total\{device="(\d)"\} (\S+)$""", RegexOptions.Multiline)]
    private static partial Regex Passes();
}
