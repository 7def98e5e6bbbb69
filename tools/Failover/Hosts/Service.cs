using NGrammys.Inference.Abstractions;

namespace NGrammys.Failover.Hosts;

/// <summary>A program that is started again whenever it ends.</summary>
internal sealed class Service : IAsyncDisposable
{
    // A program that has never been ready from its folder after so many starts will never be.
    private const int MostInVain = 5;

    private readonly string _program;
    private readonly string _readiness;
    private readonly Dictionary<string, string> _environment;
    private readonly Task _running;
    private volatile TaskCompletionSource<HostProcess> _up = New();
    private volatile HostProcess? _process;
    private volatile bool _over;
    private volatile bool _proven;
    private volatile int _vain;
    private volatile string _folder;
    private int _starts;

    public Service(string folder, string program, string readiness, Dictionary<string, string> environment)
    {
        (_folder, _program, _readiness, _environment) = (folder, program, readiness, environment);
        _running = RunAsync();
    }

    /// <summary>Times that it has been started.</summary>
    public int Starts => _starts;

    /// <summary>Where the program lies; another folder holds from the next start on.</summary>
    public string Folder
    {
        get => _folder;
        set => (_folder, _vain, _proven) = (value, 0, false);
    }

    /// <summary>What the last process has printed.</summary>
    public string Log => $"{_program}\n{_process?.Log}";

    /// <summary>Completes when the program is ready.</summary>
    /// <exception cref="NGrammysException">It never will be.</exception>
    public Task<HostProcess> UpAsync() => _up.Task.For($"{_program} to be ready");

    /// <summary>Sends a signal that ends the process, and waits until it has ended.</summary>
    public async Task EndAsync(string signal)
    {
        var process = await UpAsync();
        // Who asks from here on wants the next one.
        _up = New();
        process.Signal(signal);
        await process.EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _over = true;
        if (_process is { } process) await process.DisposeAsync();
        await _running.For($"{_program} to be over");
    }

    private async Task RunAsync()
    {
        while (!_over)
        {
            await using var process = new HostProcess(_folder, _program, _readiness, _environment);
            _process = process;
            Interlocked.Increment(ref _starts);
            if (_over) return;
            var ready = await process.ReadyAsync();
            if (ready) _proven = _up.TrySetResult(process);
            await process.EndAsync(forever: true);
            if (!ready && !_proven && ++_vain == MostInVain)
            {
                _up.TrySetException(new NGrammysException($"{_program} ended {MostInVain} times before it was ready. What it said last: {process.Log.TrimEnd().Split('\n')[^1]}"));
                return;
            }

            if (_up.Task.IsCompleted) _up = New();
        }
    }

    private static TaskCompletionSource<HostProcess> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
