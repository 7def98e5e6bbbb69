using System.Diagnostics;
using System.Text.Json;
using NGrammys.TestSupport;

namespace NGrammys.Overload.Benchmarks;

/// <summary>A <see cref="Box"/> in a process of its own, over a folder of its own. It ends with this program: its input closes then.</summary>
internal sealed class BoxProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo _data;

    private BoxProcess(Process process, DirectoryInfo data, Uri address, string key) => (_process, _data, Address, Key) = (process, data, address, key);

    public Uri Address { get; }

    public string Key { get; }

    public static async Task<BoxProcess> StartAsync()
    {
        var data = Directory.CreateTempSubdirectory("ngrammys-overload-");
        var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["box", data.FullName]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var line = await process.StandardOutput.ReadLineAsync().For("the server to start") ?? throw new InvalidOperationException("The server has ended.");
        var parts = line.Split(' ');
        return new BoxProcess(process, data, new Uri(parts[0]), parts[1]);
    }

    /// <summary>What it holds as soon as nothing runs, or ten seconds later.</summary>
    public async Task<BoxFigures> IdleAsync()
    {
        var began = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (true)
        {
            var figures = await FiguresAsync();
            if (figures is { Running: 0, Waiting: 0, KvRowsUsed: 0, Completions: 0 } || TimeProvider.System.GetElapsedTime(began) > TimeSpan.FromSeconds(10)) return figures;
            await timer.WaitForNextTickAsync();
        }
    }

    private async Task<BoxFigures> FiguresAsync()
    {
        await _process.StandardInput.WriteLineAsync("figures");
        return JsonSerializer.Deserialize<BoxFigures>((await _process.StandardOutput.ReadLineAsync().For("the server's figures"))!)!;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().For("the server to end");
        _process.Dispose();
        _data.Delete(recursive: true);
    }
}
