using System.Text.Json;

namespace NGrammys.Cli.Tests.Bench;

/// <summary><c>ngrammys bench serve</c> against servers of the test's own.</summary>
public sealed class BenchServeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ngrammys-bench-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Bench_measures_two_servers_under_loads_and_writes_a_report()
    {
        await using var one = await OpenAiEndpoint.StartAsync(["Hello", " world"]);
        await using var other = await OpenAiEndpoint.StartAsync(["Hello", " moon", "!"]);
        var page = Path.Combine(_folder, "report.html");
        var (code, output, errors) = await BenchAsync(
            "--url", one.Address, "--url", $"{other.Address}/v1", "--concurrency", "1,3", "--rate", "1000", "--conversations", "6", "--report", page, "--json");
        Assert.True(code == 0, errors);
        var json = JsonDocument.Parse(output).RootElement;
        var stages = json.GetProperty("stages").EnumerateArray().ToList();
        Assert.Equal(6, stages.Count(stage => stage.GetProperty("category").GetString() == "all"));
        foreach (var stage in stages.Where(stage => stage.GetProperty("category").GetString() == "all"))
        {
            // Three of the six have two turns.
            Assert.Equal((9, 0), (stage.GetProperty("requests").GetInt32(), stage.GetProperty("errors").GetInt32()));
            var pieces = stage.GetProperty("target").GetString() == $"{new Uri(one.Address).Host}:{new Uri(one.Address).Port}" ? 2 : 3;
            Assert.Equal(9 * 2 * pieces, stage.GetProperty("tokens").GetInt32());
            Assert.True(stage.GetProperty("ttft_s").GetProperty("p50").GetDouble() <= stage.GetProperty("end_to_end_s").GetProperty("p50").GetDouble());
        }

        Assert.Equal(["all", "chat", "riddles"], stages.Select(stage => stage.GetProperty("category").GetString()!).Distinct().Order());
        Assert.Equal(3, json.GetProperty("comparisons").GetArrayLength());
        Assert.All(json.GetProperty("comparisons").EnumerateArray(), each => Assert.Equal(9, each.GetProperty("differing").GetInt32()));
        Assert.Equal(2 * 3 * 9, json.GetProperty("replies").GetArrayLength());
        var html = await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken);
        Assert.Contains("<svg", html, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", html, StringComparison.Ordinal);
        // What was said comes back with the next turn.
        Assert.Contains(one.Requests, request => request.GetProperty("messages").EnumerateArray().Any(message => message.GetProperty("content").GetString() == "Hello world"));
    }

    [Fact]
    public async Task Bench_compares_a_server_with_itself_without_speculation()
    {
        await using var server = await OpenAiEndpoint.StartAsync(["Hello"]);
        var (code, output, errors) = await BenchAsync("--url", server.Address, "--compare-plain", "--concurrency", "2", "--conversations", "4");
        Assert.True(code == 0, errors);
        Assert.Contains("speculated makes", output, StringComparison.Ordinal);
        Assert.Contains("0 replies differ", output, StringComparison.Ordinal);
        Assert.Equal(server.Requests.Count / 2, server.Requests.Count(request => request.TryGetProperty("speculation", out _)));
    }

    [Fact]
    public async Task Bench_counts_what_fails_and_says_why()
    {
        await using var server = await OpenAiEndpoint.StartAsync(["Hello"], fails: true);
        var (code, output, errors) = await BenchAsync("--url", server.Address, "--concurrency", "1", "--conversations", "4");
        Assert.True(code == 0, errors);
        Assert.Contains("failed 4 times: 429", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1", "does not list a model")]
    [InlineData("nowhere", "is no address")]
    public async Task Bench_refuses_a_server_that_is_none(string url, string words)
    {
        var (code, _, errors) = await BenchAsync("--url", url);
        Assert.Equal(1, code);
        Assert.Contains(words, errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"nothing\":1}", "Line 1")]
    [InlineData("", "no prompts")]
    public async Task Bench_refuses_prompts_that_are_none(string text, string words)
    {
        var file = Path.Combine(_folder, "bad.jsonl");
        await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
        var (code, _, errors) = await NgrammysProcess.RunAsync(["bench", "serve", "--url", "http://127.0.0.1:1", "--prompts", file]);
        Assert.Equal(1, code);
        Assert.Contains(words, errors, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Output, string Errors)> BenchAsync(params string[] arguments)
    {
        var prompts = Path.Combine(_folder, "prompts.jsonl");
        await File.WriteAllLinesAsync(prompts, Enumerable.Range(0, 3).SelectMany(i => (string[])
        [
            $$"""{"question_id":{{i}},"category":"chat","turns":["Hi","And now?"]}""",
            $$"""{"prompt":"What has {{i}} legs?","category":"riddles"}""",
        ]));
        return await NgrammysProcess.RunAsync(["bench", "serve", "--prompts", prompts, .. arguments]);
    }
}
