using System.Diagnostics;
using NGrammys.TestSupport;

namespace NGrammys.Failover.Tests.Hosting;

/// <summary>A PostgreSQL server of Debian's package on a folder of its own, which can be stopped and started. It ends with the tests.</summary>
internal sealed class Database : IAsyncDisposable
{
    private const string Versions = "/usr/lib/postgresql";

    private const string Script = """
        d=$(mktemp -d)
        trap 'rm -rf "$d"' EXIT
        "$0/initdb" -D "$d/data" -U ngrammys -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null || exit 1
        start() {
            "$0/postgres" -D "$d/data" -k "$d" -c listen_addresses= -c max_connections=200 >/dev/null 2>&1 </dev/null &
            until "$0/pg_isready" -q -h "$d"; do kill -0 $! || exit 1; sleep 0.1; done
        }
        start
        echo "$d"
        while read command; do
            case $command in
                stop) kill -INT $!; wait $!; echo stopped ;;
                start) start; echo started ;;
            esac
        done
        kill -INT $!
        wait
        """;

    private readonly Process _server;

    private Database(Process server, string folder)
    {
        _server = server;
        Connection = $"Host={folder};Database=postgres;Username=ngrammys;Timeout=5";
    }

    public string Connection { get; }

    public static async Task<Database> StartAsync()
    {
        var programs = !Directory.Exists(Versions) ? null : Directory.GetDirectories(Versions)
            .OrderByDescending(d => int.TryParse(Path.GetFileName(d), out var version) ? version : 0)
            .Select(d => Path.Combine(d, "bin")).FirstOrDefault(d => File.Exists(Path.Combine(d, "initdb")));
        Requirement.Met(programs is not null, "no PostgreSQL is installed (Debian: apt-get install postgresql).");
        // PostgreSQL refuses to run as root; Debian's package brings a user for it.
        string[] command = [.. Environment.IsPrivilegedProcess ? ["runuser", "-u", "postgres", "--"] : (string[])[], "sh", "-c", Script, programs!];
        var server = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetTempPath(),
        })!;
        var folder = await server.StandardOutput.ReadLineAsync().For("PostgreSQL to start");
        return new Database(server, folder ?? throw new InvalidOperationException("PostgreSQL did not start; its initdb says why above."));
    }

    public Task StopAsync() => DoAsync("stop", "stopped");

    public Task StartAgainAsync() => DoAsync("start", "started");

    public async ValueTask DisposeAsync()
    {
        _server.StandardInput.Close();
        await _server.WaitForExitAsync().For("PostgreSQL to end");
        _server.Dispose();
    }

    private async Task DoAsync(string command, string answer)
    {
        await _server.StandardInput.WriteLineAsync(command);
        await _server.StandardInput.FlushAsync();
        Assert.Equal(answer, await _server.StandardOutput.ReadLineAsync().For($"PostgreSQL to have {answer}"));
    }
}
