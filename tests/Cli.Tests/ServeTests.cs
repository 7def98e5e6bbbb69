using System.Net;
using System.Text.RegularExpressions;
using NGrammys.ServiceDefaults.Clustering;

namespace NGrammys.Cli.Tests;

public sealed partial class ServeTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("ngrammys-data-").FullName;
    private readonly int _port = FreePort.Take(IPAddress.Loopback);

    [Fact]
    public async Task A_conversation_in_the_terminal_survives_a_restart_of_the_server()
    {
        string conversation;
        await using (var server = await ServeAsync())
        {
            var (code, output, errors) = await ChatAsync("What does System.IO.File.ReadAllText do?\nthanks\n");
            Assert.True(code == 0, errors);
            Assert.Equal(2, Statistics().Count(output));
            conversation = GoOn().Match(output).Groups[1].Value;
            await server.StopAsync();
        }

        await using var again = await ServeAsync();
        var (_, history, _) = await ChatAsync("\n", "--conversation", conversation, "--model", "demo");
        Assert.StartsWith("demo on cpu.", history, StringComparison.Ordinal);
        Assert.Contains("> What does System.IO.File.ReadAllText do?", history, StringComparison.Ordinal);
        Assert.Contains("> thanks", history, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_server_on_the_same_folder_or_port_is_refused_in_one_line()
    {
        await using var server = await ServeAsync();
        var (code, _, errors) = await NgrammysProcess.RunAsync(["serve", "--data", _data, "--port", $"{FreePort.Take(IPAddress.Loopback)}"]);
        Assert.Equal(1, code);
        Assert.Contains("in use by another server", errors, StringComparison.Ordinal);

        var other = Directory.CreateTempSubdirectory("ngrammys-data-").FullName;
        (code, _, errors) = await NgrammysProcess.RunAsync(["serve", "--data", other, "--port", $"{_port}"]);
        Directory.Delete(other, recursive: true);
        Assert.Equal(1, code);
        Assert.Contains("choose one with --port", errors, StringComparison.Ordinal);
        Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task A_wrong_key_an_unknown_conversation_and_no_server_are_one_line_each()
    {
        await using var server = await ServeAsync();
        foreach (var (arguments, words) in new (string[], string)[]
        {
            (["--key", "wrong"], "key"),
            (["--conversation", Guid.NewGuid().ToString()], "no conversation"),
            (["--model", "cedar"], "cedar"),
            (["--url", $"http://127.0.0.1:{FreePort.Take(IPAddress.Loopback)}"], "cannot be reached"),
            (["--url", "nonsense"], "is no address"),
        })
        {
            var (code, _, errors) = await ChatAsync("hello\n", arguments);
            Assert.Equal(1, code);
            Assert.Contains(words, errors, StringComparison.OrdinalIgnoreCase);
            Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }
    }

    [Fact]
    public async Task A_key_is_made_shown_once_used_and_revoked()
    {
        await using var server = await ServeAsync();
        var (_, key, _) = await NgrammysProcess.RunAsync(["key", "create", "laptop", "--data", _data]);
        var (_, list, _) = await NgrammysProcess.RunAsync(["key", "list", "--data", _data]);
        Assert.Contains("laptop", list, StringComparison.Ordinal);
        Assert.DoesNotContain(key.Trim(), list, StringComparison.Ordinal);
        Assert.Equal(0, (await ChatAsync("\n", "--key", key.Trim())).Code);
        Assert.Equal(0, (await NgrammysProcess.RunAsync(["key", "revoke", "laptop", "--data", _data])).Code);
        Assert.Equal(1, (await ChatAsync("\n", "--key", key.Trim())).Code);
    }

    public void Dispose() => Directory.Delete(_data, recursive: true);

    private async Task<NgrammysProcess> ServeAsync()
    {
        var server = NgrammysProcess.Start("serve", "--data", _data, "--port", $"{_port}");
        await server.PrintedAsync("The sign-in link works once.");
        return server;
    }

    private Task<(int Code, string Output, string Errors)> ChatAsync(string input, params string[] arguments)
    {
        string[] url = arguments.Contains("--url") ? [] : ["--url", $"http://127.0.0.1:{_port}"];
        return NgrammysProcess.RunAsync(["chat", "--data", _data, .. url, .. arguments], input);
    }

    [GeneratedRegex(@"\[\d+ tokens in \d+ steps")]
    private static partial Regex Statistics();

    [GeneratedRegex("--conversation ([0-9a-f-]{36})")]
    private static partial Regex GoOn();
}
