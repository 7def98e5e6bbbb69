using System.Text.Json;

namespace NGrammys.Cli.Tests;

/// <summary><c>ngrammys assess</c> on records of a few lines.</summary>
public sealed class AssessTests : IDisposable
{
    private static readonly string Demo = Path.Combine(AppContext.BaseDirectory, "models", "demo");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ngrammys-assess-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Replies_that_repeat_are_worth_speculating_and_others_are_not()
    {
        var song = string.Concat(Enumerable.Repeat("Row, row, row your boat, gently down the stream. ", 20));
        var traces = Write($$"""
            {"category": "songs", "turns": [{"prompt": "Sing! ", "completion": "{{song}}"}]}
            {"category": "short", "messages": [{"role": "user", "content": "Yes or no?"}, {"role": "assistant", "content": "No."}]}
            """);
        var chart = Path.Combine(_folder.FullName, "chart.svg");
        var (code, output, errors) = await NgrammysProcess.RunAsync(["assess", traces, "--tokenizer", Demo, "--json", "--chart", chart]);

        Assert.True(code == 0, errors);
        Assert.Contains("adaptive", output, StringComparison.Ordinal);
        Assert.Contains("songs", JsonDocument.Parse(output).RootElement.GetRawText(), StringComparison.Ordinal);
        Assert.StartsWith("<svg", File.ReadAllText(chart), StringComparison.Ordinal);

        var (_, text, _) = await NgrammysProcess.RunAsync(["assess", traces, "--tokenizer", Demo, "--strategies", "context"]);
        Assert.Contains("short outputs", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("[1]")]
    [InlineData("""{"category": 5}""")]
    [InlineData("""{"category": "x", "turns": [{"prompt": "a"}]}""")]
    [InlineData("""{"category": "x", "turns": "none"}""")]
    public async Task Line_that_is_no_conversation_is_refused_with_its_number(string line)
    {
        var traces = Write("""{"category": "x", "turns": [{"prompt": "a", "completion": "b"}]}""" + "\n" + line);
        Assert.Contains("2", await RefusedAsync(traces, "--tokenizer", Demo), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_arguments_are_one_clear_line()
    {
        var traces = Write("""{"category": "x", "turns": [{"prompt": "a", "completion": "b"}]}""");
        Assert.Contains("no strategy 'magic'", await RefusedAsync(traces, "--tokenizer", Demo, "--strategies", "magic"), StringComparison.Ordinal);
        Assert.Contains("--max-drafted", await RefusedAsync(traces, "--tokenizer", Demo, "--max-drafted", "-1"), StringComparison.Ordinal);
        Assert.Contains("no cost profile", await RefusedAsync(traces, "--tokenizer", Demo, "--profile", traces), StringComparison.Ordinal);
        Assert.NotEmpty(await RefusedAsync(traces, "--tokenizer", _folder.FullName));
        Assert.NotEmpty(await RefusedAsync(Path.Combine(_folder.FullName, "absent.jsonl"), "--tokenizer", Demo));
    }

    private static async Task<string> RefusedAsync(params string[] arguments)
    {
        var (code, output, errors) = await NgrammysProcess.RunAsync(["assess", .. arguments]);
        Assert.NotEqual(0, code);
        Assert.Empty(output);
        Assert.Single(errors.Trim().Split('\n'));
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        return errors;
    }

    private string Write(string lines)
    {
        var path = Path.Combine(_folder.FullName, "traces.jsonl");
        File.WriteAllText(path, lines);
        return path;
    }
}
