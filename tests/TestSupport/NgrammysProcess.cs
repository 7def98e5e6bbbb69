using System.Diagnostics;
using System.Text;
using Xunit;

namespace NGrammys.TestSupport;

/// <summary>The program itself, as a person starts it. A test project that uses it references src/Cli, whose program then lies beside the tests.</summary>
public sealed class NgrammysProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private NgrammysProcess(Process process) => _process = process;

    /// <summary>What it has printed so far.</summary>
    public string Output
    {
        get
        {
            lock (_lock) return _output.ToString();
        }
    }

    /// <summary>What it has complained of so far.</summary>
    public string Errors
    {
        get
        {
            lock (_lock) return _errors.ToString();
        }
    }

    public static NgrammysProcess Start(params string[] arguments) => Start(arguments, []);

    /// <summary>Starts it with variables of its own beside ours.</summary>
    public static NgrammysProcess Start(string[] arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "ngrammys"), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // A key from the developer's own environment would open another server.
        start.Environment.Remove("NGRAMMYS_KEY");
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var ngrammys = new NgrammysProcess(Process.Start(start)!);
        ngrammys._process.OutputDataReceived += (_, e) => ngrammys.Take(ngrammys._output, e.Data);
        ngrammys._process.ErrorDataReceived += (_, e) => ngrammys.Take(ngrammys._errors, e.Data);
        ngrammys._process.BeginOutputReadLine();
        ngrammys._process.BeginErrorReadLine();
        return ngrammys;
    }

    /// <summary>Runs a verb to its end.</summary>
    public static async Task<(int Code, string Output, string Errors)> RunAsync(
        string[] arguments, string input = "", Dictionary<string, string>? environment = null)
    {
        await using var ngrammys = Start(arguments, environment ?? []);
        await ngrammys._process.StandardInput.WriteAsync(input);
        ngrammys._process.StandardInput.Close();
        await ngrammys.EndAsync();
        return (ngrammys._process.ExitCode, ngrammys.Output, ngrammys.Errors);
    }

    /// <summary>Waits until it has printed something.</summary>
    public async Task PrintedAsync(string text)
    {
        while (true)
        {
            Task more;
            lock (_lock)
            {
                if (_output.ToString().Contains(text, StringComparison.Ordinal)) return;
                more = _more.Task;
            }

            var ended = _process.WaitForExitAsync();
            if (await Task.WhenAny(more, ended).WaitAsync(Patience) == ended && !Output.Contains(text, StringComparison.Ordinal))
                Assert.Fail($"ngrammys ended with {_process.ExitCode} before it printed '{text}': {Output}{Errors}");
        }
    }

    /// <summary>Asks it to end, as a terminal or a service manager does, and waits until it has.</summary>
    public async Task StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await EndAsync();
    }

    /// <summary>Ends it at once, as a power cut does (SIGKILL).</summary>
    public void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) Kill();
        await EndAsync();
        _process.Dispose();
    }

    private async Task EndAsync()
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"ngrammys did not end within {Patience}: {Output}{Errors}");
        }
    }

    private void Take(StringBuilder to, string? line)
    {
        if (line is null) return;
        TaskCompletionSource more;
        lock (_lock)
        {
            to.AppendLine(line);
            (more, _more) = (_more, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        more.SetResult();
    }
}
