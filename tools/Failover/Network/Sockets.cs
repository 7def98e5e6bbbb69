using System.Globalization;

namespace NGrammys.Failover.Network;

/// <summary>The TCP ports of a process, as Linux tells them.</summary>
internal static class Sockets
{
    private const string Prefix = "socket:[";

    /// <summary>Local ports of all connections of a process; empty where it has ended.</summary>
    public static HashSet<int> PortsOf(int process)
    {
        var inodes = InodesOf(process);
        string[] tables = ["/proc/net/tcp", "/proc/net/tcp6"];
        return
        [
            .. from table in tables
               where File.Exists(table)
               from line in File.ReadLines(table).Skip(1)
               let fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
               where inodes.Contains(fields[9])
               let local = fields[1]
               select int.Parse(local.AsSpan(local.LastIndexOf(':') + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture),
        ];
    }

    private static HashSet<string> InodesOf(int process)
    {
        var inodes = new HashSet<string>();
        var files = $"/proc/{process}/fd";
        foreach (var file in Directory.Exists(files) ? Directory.GetFiles(files) : [])
        {
            try
            {
                if (File.ResolveLinkTarget(file, returnFinalTarget: false)?.Name is { } target && target.StartsWith(Prefix, StringComparison.Ordinal))
                    inodes.Add(target[Prefix.Length..^1]);
            }
            catch (IOException)
            {
                // Closed meanwhile.
            }
        }

        return inodes;
    }
}
