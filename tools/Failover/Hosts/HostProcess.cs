using System.Diagnostics;
using System.Globalization;

namespace NGrammys.Failover.Hosts;

/// <summary>A silo or a web frontend as a process of its own, with signals. It ends with this process, however that ends.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    // A watcher holds this process's pipe: when that closes, whoever closed it, the program is killed. When the program ends, so does the shell.
    // The first line is the program's number, told before it is the program that could say something.
    private const string Leash = """
        exec 3<&0
        sh -c 'echo $$; exec "$@"' sh "$@" 3<&- </dev/null 2>&1 &
        p=$!
        { cat <&3; kill -9 $p; } >/dev/null 2>&1 &
        exec 3<&-
        wait $p 2>/dev/null
        kill $! 2>/dev/null
        """;

    private readonly Process _shell;
    private readonly List<string> _output = [];
    private readonly TaskCompletionSource<bool> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _ended;
    private volatile int _id;
    private int _disposed;

    /// <summary>Starts a program.</summary>
    /// <param name="folder">Where it lies.</param>
    /// <param name="program">Its name.</param>
    /// <param name="readiness">What it prints when it is ready.</param>
    /// <param name="environment">What is added to this process's environment.</param>
    public HostProcess(string folder, string program, string readiness, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("sh", ["-c", Leash, "sh", Path.Combine(folder, program)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = folder,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        Program = program;
        _shell = Process.Start(start)!;
        _ended = ReadAsync(readiness);
    }

    public string Program { get; }

    /// <summary>Its number; 0 = it has not started yet.</summary>
    public int Id => _id;

    /// <summary>Completes when it has printed the line that says so; false if it has ended before.</summary>
    public Task<bool> ReadyAsync() => _ready.Task;

    /// <summary>The last lines that it has printed.</summary>
    public string Log
    {
        get
        {
            lock (_output) return string.Join('\n', _output.TakeLast(40));
        }
    }

    /// <summary>kill -SIGNAL. What has ended is left alone.</summary>
    public void Signal(string signal)
    {
        if (_id == 0 || _ended.IsCompleted) return;
        using var kill = Process.Start("kill", [$"-{signal}", _id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Completes when the process has ended.</summary>
    /// <param name="forever">Whether to wait for as long as it runs.</param>
    public Task EndAsync(bool forever = false) => forever ? _ended : _ended.For($"{Program} to end");

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        Signal("CONT");
        Signal("KILL");
        _shell.StandardInput.Close();
        await EndAsync();
        await _shell.WaitForExitAsync().For("the shell to end");
        _shell.Dispose();
    }

    private async Task ReadAsync(string readiness)
    {
        _id = int.Parse(await _shell.StandardOutput.ReadLineAsync() ?? "0", CultureInfo.InvariantCulture);
        while (await _shell.StandardOutput.ReadLineAsync() is { } line)
        {
            lock (_output) _output.Add(line);
            if (line.Contains(readiness, StringComparison.Ordinal)) _ready.TrySetResult(true);
        }

        _ready.TrySetResult(false);
    }
}
