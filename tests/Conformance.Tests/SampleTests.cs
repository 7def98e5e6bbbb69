using System.Diagnostics;
using NGrammys.TestSupport;

namespace NGrammys.Conformance.Tests;

/// <summary>What the samples print, as somebody who has just read their page runs them.</summary>
public sealed class SampleTests(ScriptedServer server)
{
    private const string Question = "say One, two, three.";
    private static readonly string Here = JavaScriptClientTests.Folder();

    // In its own output: beside this project's it would find ASP.NET's libraries instead of the packages that it came with.
    private static readonly string DotNet = Path.Combine(Here, "../../samples/DotNet", Path.GetRelativePath(Here, AppContext.BaseDirectory), "NGrammys.Sample.dll");
    private static readonly string JavaScript = Path.Combine(Here, "../../samples/JavaScript/chat.mjs");

    [Fact]
    public Task Library_prints_a_reply() => PrintsAsync("dotnet", DotNet);

    [Fact]
    public Task JavaScript_prints_a_reply() => PrintsAsync("node", JavaScript);

    [Theory]
    [InlineData("dotnet")]
    [InlineData("node")]
    public async Task A_wrong_key_is_one_line(string program)
    {
        var (code, output, errors) = await RunAsync(program, program == "node" ? JavaScript : DotNet, server.Address.ToString(), "ngk_wrong", Question);

        Assert.Equal((1, ""), (code, output));
        Assert.Single(errors.TrimEnd().Split('\n'));
    }

    private async Task PrintsAsync(string program, string sample)
    {
        var (code, output, errors) = await RunAsync(program, sample, server.Address.ToString(), server.Key, Question);

        Assert.True(code == 0, errors);
        Assert.Matches(@"^One, two, three\.\r?\n\[stop: 17 tokens in \d+ steps, \d+ of \d+ guesses right\]\s*$", output);
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().For("the sample to be done");
        return (process.ExitCode, await output, await errors);
    }
}
