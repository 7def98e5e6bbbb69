using System.Text.Json;

namespace NGrammys.Cli.Tests.Bench;

/// <summary><c>ngrammys bench engine</c>, on the bundled model.</summary>
public sealed class EngineCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ngrammys-bench-").FullName;

    [Fact]
    public async Task Engine_measures_each_category_at_each_concurrency_and_no_token_differs()
    {
        var (code, output, errors) = await NgrammysProcess.RunAsync(
            ["bench", "engine", Trace(), "--concurrency", "1,2", "--replies", "2", "--seconds", "0", "--dtype", "float32", "--profile", Profile(), "--json"]);
        Assert.True(code == 0, errors);
        var rows = JsonDocument.Parse(output).RootElement.GetProperty("rows").EnumerateArray().ToList();
        Assert.Equal(
            ["adversarial 1 256", "adversarial 2 256", "counting 1 24", "counting 2 24", "mt_bench 1 9", "mt_bench 2 9"],
            rows.Select(row => $"{row.GetProperty("category").GetString()} {row.GetProperty("concurrency")} {row.GetProperty("tokens")}"));
        foreach (var row in rows)
        {
            Assert.Equal(0, row.GetProperty("differing").GetInt32());
            Assert.True(row.GetProperty("tokens_per_call").GetDouble() >= 1);
            foreach (var figure in (string[])["plain_tokens_per_second", "auto_tokens_per_second", "ratio", "processor_ratio", "predicted"])
                Assert.True(row.GetProperty(figure).GetDouble() > 0, figure);
        }
    }

    [Theory]
    [InlineData("--categories", "singing", "There is no category 'singing': choose among adversarial, counting, mt_bench.")]
    [InlineData("--concurrency", "1,none", "'none' in --concurrency is no number of replies; write 1,4,16.")]
    [InlineData("--replies", "0", "--replies 0 is too few; take at least 1.")]
    public async Task Engine_says_in_one_line_what_it_cannot_measure(string option, string value, string message)
    {
        var (code, _, errors) = await NgrammysProcess.RunAsync(["bench", "engine", Trace(), option, value]);
        Assert.Equal(1, code);
        Assert.Equal($"ngrammys: {message}", errors.Trim());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Trace()
    {
        var path = Path.Combine(_folder, "trace.jsonl");
        File.WriteAllLines(path,
        [
            """{"category":"counting","turns":[{"prompt_ids":[5,6,7,5,6,7],"completion_ids":[5,6,7,5,6,7,5,6,7,5,6,7]},{"prompt_ids":[9,8],"completion_ids":[9,8,9,8,9,8,9,8,9,8,9,8]}]}""",
            """{"category":"writing","turns":[{"prompt_ids":[10,11,12],"completion_ids":[1,2,3,4,5,6,7,8,9]}]}""",
        ]);
        return path;
    }

    private string Profile()
    {
        var path = Path.Combine(_folder, "cost.json");
        File.WriteAllText(path, """{"model":"m","dtype":"float32","device":"cpu","context":[32],"tokens":[1,8],"seconds":[[0.01,0.02]],"spread":[[0,0]]}""");
        return path;
    }
}
