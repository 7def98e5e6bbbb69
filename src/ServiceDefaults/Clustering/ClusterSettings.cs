using System.Globalization;
using System.Net;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace NGrammys.ServiceDefaults.Clustering;

/// <summary>What makes single processes one cluster. Section <c>Cluster</c> of the configuration; without it a host is a box of its own.</summary>
/// <remarks>Everything that must survive lies in one PostgreSQL database: conversations, transcripts and the list of members.</remarks>
public sealed record ClusterSettings
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Cluster";

    private static readonly TimeSpan ShortestProbe = TimeSpan.FromSeconds(0.5), LongestProbe = TimeSpan.FromMinutes(1);
    private static readonly string[] Keys = [nameof(Database), nameof(Name), nameof(Address), nameof(SiloPort), nameof(GatewayPort), nameof(ProbeTimeout)];

    /// <summary>Connection string of Npgsql to the database that all hosts share. Its Search Path names the schema; without one it is <c>ngrammys</c>.</summary>
    public required string Database { get; init; }

    /// <summary>Tells clusters apart that share a database. Default: <c>ngrammys</c>.</summary>
    public string Name { get; init; } = "ngrammys";

    /// <summary>The address under which the other hosts reach this silo; null = that of the machine's name.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>Port on which silos reach this one; 0 (default) = a free one, which the list of members tells. Firewalls want a fixed one.</summary>
    public int SiloPort { get; init; }

    /// <summary>Port on which web frontends reach this silo; 0 as above.</summary>
    public int GatewayPort { get; init; }

    /// <summary>
    /// How long a silo waits for another's answer; who misses three is declared dead. Default: 1 s, so that readers wait little. Longer where
    /// processors are so busy that a living silo may be late.
    /// </summary>
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Reads and checks the section; null if there is none.</summary>
    /// <exception cref="HostingException">A key is missing, unknown or no good; the message names it.</exception>
    public static ClusterSettings? Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        if (!section.Exists()) return null;
        if (section.GetChildren().FirstOrDefault(child => !Keys.Contains(child.Key, StringComparer.OrdinalIgnoreCase)) is { } unknown)
            throw new HostingException($"{Section}:{unknown.Key} is no setting; there are {string.Join(", ", Keys.Select(key => $"{Section}:{key}"))}.");
        return new ClusterSettings
        {
            Database = DatabaseOf(section[nameof(Database)]),
            Name = section[nameof(Name)] is { Length: > 0 } name ? name : "ngrammys",
            Address = AddressOf(section[nameof(Address)]),
            SiloPort = PortOf(section, nameof(SiloPort)),
            GatewayPort = PortOf(section, nameof(GatewayPort)),
            ProbeTimeout = ProbeTimeoutOf(section[nameof(ProbeTimeout)]),
        };
    }

    private static string DatabaseOf(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            throw new HostingException($"{Section}:{nameof(Database)} is not set; name the PostgreSQL database that the hosts of the cluster share.");
        try
        {
            var connection = new NpgsqlConnectionStringBuilder(text);
            connection.SearchPath ??= "ngrammys";
            return connection.ConnectionString;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException or OverflowException)
        {
            throw new HostingException(
                $"{Section}:{nameof(Database)} is no connection string; write it like 'Host=db;Database=ngrammys;Username=ngrammys'.", e);
        }
    }

    private static IPAddress? AddressOf(string? text) => string.IsNullOrWhiteSpace(text) ? null
        : IPAddress.TryParse(text, out var address) && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any) ? address
        : throw new HostingException($"{Section}:{nameof(Address)} is '{text}'; it must be the IP address under which the other hosts reach this one.");

    private static int PortOf(IConfigurationSection section, string key) => section[key] is not { Length: > 0 } text ? 0
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= IPEndPoint.MaxPort ? port
        : throw new HostingException($"{Section}:{key} is '{text}'; it must be a port from 1 to {IPEndPoint.MaxPort}, or 0 for a free one.");

    private static TimeSpan ProbeTimeoutOf(string? text) => string.IsNullOrWhiteSpace(text) ? TimeSpan.FromSeconds(1)
        : TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var wait) && wait >= ShortestProbe && wait <= LongestProbe ? wait
        : throw new HostingException($"{Section}:{nameof(ProbeTimeout)} is '{text}'; it must be a time from {ShortestProbe:c} to {LongestProbe:c}, such as 00:00:01.");
}
