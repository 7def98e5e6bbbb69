using System.Diagnostics;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Failover.Hosts;

/// <summary>A PostgreSQL server of Debian's package on a folder of its own, which can be stopped and started. It ends with this process, however that ends.</summary>
public sealed class Database : IAsyncDisposable
{
    private const string Versions = "/usr/lib/postgresql";

    // What is written to its standard input are commands; its end is the server's.
    private const string Script = """
        d=$(mktemp -d)
        trap 'rm -rf "$d"' EXIT
        "$0/initdb" -D "$d/data" -U ngrammys -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null || exit 1
        start() {
            "$0/postgres" -D "$d/data" -k "$d" -c listen_addresses= -c max_connections=400 >/dev/null 2>&1 </dev/null &
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

    private Database(Process server, string folder) => (_server, Folder) = (server, folder);

    /// <summary>Whether the programs are there; they come with Debian's package postgresql.</summary>
    public static bool Installed => Programs() is not null;

    /// <summary>Connection string.</summary>
    public string Connection => ConnectionThrough(Folder);

    /// <summary>Folder of its socket.</summary>
    internal string Folder { get; }

    /// <summary>Starts a server.</summary>
    /// <exception cref="NGrammysException">None is installed, or it does not start.</exception>
    public static async Task<Database> StartAsync()
    {
        var programs = Programs() ?? throw new NGrammysException("No PostgreSQL is installed; install Debian's package postgresql.");
        // PostgreSQL refuses to run as root; Debian's package brings a user for it.
        string[] command = [.. Environment.IsPrivilegedProcess ? ["runuser", "-u", "postgres", "--"] : (string[])[], "sh", "-c", Script, programs];
        var server = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetTempPath(),
        })!;
        var folder = await server.StandardOutput.ReadLineAsync().For("PostgreSQL to start");
        return new Database(server, folder ?? throw new NGrammysException("PostgreSQL did not start; its initdb says why above."));
    }

    /// <summary>Connection string through a socket of the same name in another folder.</summary>
    internal static string ConnectionThrough(string folder) => $"Host={folder};Database=postgres;Username=ngrammys;Timeout=5";

    /// <summary>Stops the server; what is under way is aborted.</summary>
    public Task StopAsync() => DoAsync("stop", "stopped");

    /// <summary>Starts it again.</summary>
    public Task StartAgainAsync() => DoAsync("start", "started");

    /// <summary>Ends the server and deletes its folder.</summary>
    public async ValueTask DisposeAsync()
    {
        _server.StandardInput.Close();
        await _server.WaitForExitAsync().For("PostgreSQL to end");
        _server.Dispose();
    }

    private static string? Programs() => !Directory.Exists(Versions) ? null : Directory.GetDirectories(Versions)
        .OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0)
        .Select(folder => Path.Combine(folder, "bin")).FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")));

    private async Task DoAsync(string command, string answer)
    {
        await _server.StandardInput.WriteLineAsync(command);
        await _server.StandardInput.FlushAsync();
        if (await _server.StandardOutput.ReadLineAsync().For($"PostgreSQL to have {answer}") != answer)
            throw new NGrammysException($"PostgreSQL has not {answer}.");
    }
}
