using System.Diagnostics;
using System.Net;
using System.Text;
using NGrammys.ServiceDefaults.Clustering;
using NGrammys.TestSupport;

namespace NGrammys.Deploy.Tests.Release;

/// <summary><c>ngrammys serve</c> of an unpacked release, as an ordinary user without anything in the environment. It ends with the test.</summary>
internal sealed class OneBox : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private OneBox(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    public Uri Address => new($"http://127.0.0.1:{Port}");

    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    /// <summary>Starts it on a free port and waits until it serves.</summary>
    public static async Task<OneBox> StartAsync(string release, string home)
    {
        var port = FreePort.Take(IPAddress.Loopback);
        string[] command = [.. AsOrdinaryUser(home), Path.Combine(release, "bin", "ngrammys"), "serve", "--port", $"{port}", "--data", Path.Combine(home, "data")];
        var box = new OneBox(Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = home })!, port);
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        box._process.OutputDataReceived += (_, e) => box.Take(e.Data, ready);
        box._process.ErrorDataReceived += (_, e) => box.Take(e.Data, ready);
        box._process.BeginOutputReadLine();
        box._process.BeginErrorReadLine();
        var ended = box._process.WaitForExitAsync();
        if (await Task.WhenAny(ready.Task, ended).For("ngrammys serve to say that it serves") == ended) Assert.Fail($"ngrammys serve ended: {box.Output}");
        return box;
    }

    /// <summary>What to put before a command so that it runs as nobody in particular, with no more in the environment than a service has.</summary>
    public static string[] AsOrdinaryUser(string home) =>
    [
        .. Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"] : (string[])[],
        "env", "-i", $"HOME={home}", "PATH=/usr/bin:/bin",
    ];

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync().For("ngrammys serve to end");
        _process.Dispose();
    }

    private void Take(string? line, TaskCompletionSource ready)
    {
        if (line is null) return;
        lock (_output) _output.AppendLine(line);
        if (line.Contains("works once", StringComparison.Ordinal)) ready.TrySetResult();
    }
}
