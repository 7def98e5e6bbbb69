using System.Text.Json;

namespace NGrammys.Cli.Tests;

/// <summary><c>bench constrain</c> with a few schemas and the bundled tokenizer.</summary>
public sealed class BenchConstrainTests : IDisposable
{
    private static readonly string Demo = Path.Combine(AppContext.BaseDirectory, "models", "demo");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ngrammys-constrain-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Figures_tell_what_passes_what_is_refused_and_what_is_wrong()
    {
        var file = Write("""
            {"name": "good", "schema": {"type": "array", "items": {"type": "integer"}}, "tests": [{"valid": true, "data": [1, 2]}, {"valid": false, "data": ["é"]}]}
            {"name": "refused", "schema": {"contains": {}}, "tests": []}

            {"name": "told wrong", "schema": {"const": 1}, "tests": [{"valid": true, "data": 2}, {"valid": false, "data": 1}]}
            """);
        var (code, output, errors) = await NgrammysProcess.RunAsync(["bench", "constrain", file, "--tokenizer", Demo, "--json"], "");
        Assert.True(code == 0, errors);
        var report = JsonDocument.Parse(output).RootElement;
        Assert.Equal((3, 1, 1), (Number("schemas"), Number("passing"), Number("compile_errors")));
        Assert.Equal((1, 1), (Number("validation_errors"), Number("invalidation_errors")));
        Assert.True(report.GetProperty("mask_us").GetProperty("p99").GetDouble() >= report.GetProperty("mask_us").GetProperty("p50").GetDouble());
        Assert.True(report.GetProperty("compile_us").GetProperty("p95").GetDouble() > 0);
        Assert.StartsWith("'contains'", report.GetProperty("refusals")[0].GetProperty("reason").GetString(), StringComparison.Ordinal);

        int Number(string name) => report.GetProperty(name).GetInt32();
    }

    [Theory]
    [InlineData("nonsense", "Line 1 of ")]
    [InlineData("{\"schema\": {}}", "Line 1 of ")]
    [InlineData("", "holds no case")]
    public async Task A_file_that_is_no_list_of_cases_is_refused_in_one_line(string text, string reason)
    {
        var (code, _, errors) = await NgrammysProcess.RunAsync(["bench", "constrain", Write(text), "--tokenizer", Demo], "");
        Assert.NotEqual(0, code);
        Assert.Contains(reason, errors, StringComparison.Ordinal);
        Assert.Single(errors.Trim().Split('\n'));
    }

    private string Write(string text)
    {
        var path = Path.Combine(_folder.FullName, "cases.jsonl");
        File.WriteAllText(path, text);
        return path;
    }
}
