using System.Text.Json;

namespace NGrammys.Cli.Tests.Bench;

/// <summary><c>ngrammys bench replay</c>, on the smallest shape.</summary>
public sealed class ReplayCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ngrammys-replay-").FullName;

    [Fact]
    public async Task Replay_forces_the_record_on_the_model_and_predicts_every_row()
    {
        var (code, output, errors) = await NgrammysProcess.RunAsync(
            ["bench", "replay", "--trace", Trace(), "--shape", "tiny", "--device", "cpu", "--concurrency", "1,2", "--replies", "2", "--seconds", "0", "--profile", Profile(), "--json"]);
        Assert.True(code == 0, errors);
        var replay = JsonDocument.Parse(output).RootElement;
        Assert.True(replay.GetProperty("replay").GetBoolean());
        var rows = replay.GetProperty("rows").EnumerateArray().ToList();
        Assert.Equal(
            ["adversarial 1 256", "adversarial 2 256", "counting 1 120", "counting 2 120"],
            rows.Select(row => $"{row.GetProperty("category").GetString()} {row.GetProperty("concurrency")} {row.GetProperty("tokens")}"));
        foreach (var row in rows)
        {
            Assert.Equal(0, row.GetProperty("differing").GetInt32());
            Assert.True(row.GetProperty("plain_tokens_per_second").GetDouble() > 0);
        }

        // Eight tokens of a pass cost twice one: counting is worth it, noise is not.
        Assert.InRange(rows[0].GetProperty("predicted").GetDouble(), 0.98, 1);
        Assert.InRange(rows[2].GetProperty("predicted").GetDouble(), 1.3, 8);
    }

    [Fact]
    public async Task Replay_prints_a_table_with_goals_and_says_what_it_is()
    {
        var (code, output, errors) = await NgrammysProcess.RunAsync(
            ["bench", "replay", "--trace", Trace(), "--shape", "tiny", "--device", "cpu", "--concurrency", "1", "--replies", "1", "--seconds", "0", "--minutes", "0.1", "--categories", "adversarial"]);
        Assert.True(code == 0, errors);
        Assert.StartsWith("Replay of trace.jsonl: real passes and scheduling of the shape tiny with random weights", output, StringComparison.Ordinal);
        Assert.Contains("| adversarial | 1 | 128 |", output, StringComparison.Ordinal);
        Assert.Contains("| ≥ 0.98 |", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--shape", "huge", "There is no shape 'huge': choose tiny, smollm2, 15m, 110m, 1.1b.")]
    [InlineData("--minutes", "0", "--minutes must be greater than 0.")]
    [InlineData("--categories", "singing", "There is no category 'singing': choose among adversarial, counting.")]
    public async Task Replay_says_in_one_line_what_it_cannot_do(string option, string value, string message)
    {
        var (code, _, errors) = await NgrammysProcess.RunAsync(["bench", "replay", "--trace", Trace(), option, value]);
        Assert.Equal(1, code);
        Assert.Equal($"ngrammys: {message}", errors.Trim());
    }

    [Fact]
    public async Task Replay_wants_a_tokenizer_for_text()
    {
        var path = Path.Combine(_folder, "text.jsonl");
        File.WriteAllText(path, """{"turns":[{"prompt":"a","completion":"b"}]}""");
        var (code, _, errors) = await NgrammysProcess.RunAsync(["bench", "replay", "--trace", path, "--shape", "tiny"]);
        Assert.Equal(1, code);
        Assert.Contains("it holds text, and no tokenizer is named", errors, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Trace()
    {
        var path = Path.Combine(_folder, "trace.jsonl");
        string Turn(int first) =>
            $$"""{"category":"counting","turns":[{"prompt_ids":[1,2,3],"completion_ids":[{{string.Join(',', Enumerable.Range(0, 60).Select(i => first + i % 5))}}]}]}""";
        File.WriteAllLines(path, [Turn(10), Turn(20)]);
        return path;
    }

    private string Profile()
    {
        var path = Path.Combine(_folder, "cost.json");
        File.WriteAllText(path, """{"model":"m","dtype":"float32","device":"cpu","context":[32],"tokens":[1,8,64],"seconds":[[0.01,0.02,0.1]],"spread":[[0,0,0]]}""");
        return path;
    }
}
