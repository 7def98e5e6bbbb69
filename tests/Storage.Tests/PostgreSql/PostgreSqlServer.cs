using System.Diagnostics;
using NGrammys.TestSupport;

namespace NGrammys.Storage.Tests.PostgreSql;

/// <summary>
/// The server that tests share: that of NGRAMMYS_POSTGRES (a connection string), or else one of Debian's package on a fresh folder and a Unix socket.
/// It lives as long as this process holds its standard input open, so it also ends when the tests are killed.
/// </summary>
internal static class PostgreSqlServer
{
    private const string Script = """
        set -e
        d=$(mktemp -d)
        trap 'rm -rf "$d"' EXIT
        "$0/initdb" -D "$d/data" -U ngrammys -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
        "$0/postgres" -D "$d/data" -k "$d" -c listen_addresses= -c fsync=off -c max_connections=200 >/dev/null 2>&1 </dev/null &
        until "$0/pg_isready" -q -h "$d"; do kill -0 $!; sleep 0.1; done
        echo "$d"
        cat >/dev/null
        kill -INT $!
        wait
        """;

    // Kept: were it collected, its input would be closed and the server stop.
    private static Process? _server;

    private static readonly Lazy<Task<string>> Started = new(StartAsync);

    /// <summary>Connection string to a database in which every test makes a schema of its own.</summary>
    public static async Task<string> ConnectionAsync()
    {
        if (Environment.GetEnvironmentVariable("NGRAMMYS_POSTGRES") is { Length: > 0 } given)
            return given;
        Requirement.Met(Programs() is not null, "no PostgreSQL is installed (Debian: apt-get install postgresql), nor does NGRAMMYS_POSTGRES name one.");
        return await Started.Value;
    }

    private static async Task<string> StartAsync()
    {
        // PostgreSQL refuses to run as root; Debian's package brings a user for it.
        string[] command = [.. Environment.IsPrivilegedProcess ? ["runuser", "-u", "postgres", "--"] : (string[])[], "sh", "-c", Script, Programs()!];
        _server = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetTempPath(),
        })!;
        var folder = await _server.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException("PostgreSQL did not start; its initdb says why above.");
        return $"Host={folder};Database=postgres;Username=ngrammys";
    }

    /// <summary>Folder of the newest version's programs.</summary>
    private static string? Programs()
    {
        const string Versions = "/usr/lib/postgresql";
        return !Directory.Exists(Versions) ? null : Directory.GetDirectories(Versions)
            .OrderByDescending(d => int.TryParse(Path.GetFileName(d), out var version) ? version : 0)
            .Select(d => Path.Combine(d, "bin")).FirstOrDefault(d => File.Exists(Path.Combine(d, "initdb")));
    }
}
