using System.Globalization;
using System.Net.Sockets;
using System.Net;
using NGrammys.Failover.Network;
using NGrammys.Failover.Silo;
using NGrammys.ServiceDefaults.Clustering;

namespace NGrammys.Failover.Hosts;

/// <summary>A silo that is started again whenever it ends, and the links in front of it and behind it, where the cluster has them.</summary>
internal sealed class SiloService : IAsyncDisposable
{
    private readonly Link[] _links;
    private readonly string? _folder;

    /// <summary>Starts it.</summary>
    /// <param name="shape">Of the cluster.</param>
    /// <param name="database">Of the cluster.</param>
    /// <param name="model">Folder of the model that it serves.</param>
    /// <param name="environment">Of every process.</param>
    public SiloService(ClusterShape shape, Database database, string model, Dictionary<string, string> environment)
    {
        environment["Cluster__Database"] = database.Connection;
        environment["Cluster__Address"] = "127.0.0.1";
        environment["Engine__Model"] = model;
        environment["Engine__Device"] = "cpu";
        environment["Engine__Threads"] = "1";
        environment["Engine__StepTime"] = shape.StepTime.ToString("c", CultureInfo.InvariantCulture);
        if (shape.ProbeTimeout is { } probe) environment["Cluster__ProbeTimeout"] = probe.ToString("c", CultureInfo.InvariantCulture);
        if (shape.Poison is { } poison) environment[RehearsalSilo.Poison] = poison;
        _links = [];
        if (shape.Linked)
        {
            _folder = Directory.CreateTempSubdirectory("ngrammys-link-").FullName;
            var (silo, gateway) = (Before(environment, RehearsalSilo.SiloPort), Before(environment, RehearsalSilo.GatewayPort));
            var store = new Link(SocketIn(_folder), [SocketIn(database.Folder)]);
            environment["Cluster__SiloPort"] = PortOf(silo);
            environment["Cluster__GatewayPort"] = PortOf(gateway);
            environment["Cluster__Database"] = Database.ConnectionThrough(_folder);
            _links = [silo, gateway, store];
        }

        Process = new Service(shape.Release.Folder, shape.Linked || shape.Poison is not null ? "NGrammys.Failover" : "NGrammys.Silo", "health at", environment);
    }

    /// <summary>The process.</summary>
    public Service Process { get; }

    /// <summary>Between other silos and this one.</summary>
    public Link Silo => _links[0];

    /// <summary>Between web frontends and this silo.</summary>
    public Link Gateway => _links[1];

    /// <summary>Between this silo and the database.</summary>
    public Link Store => _links[2];

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        foreach (var link in _links) await link.DisposeAsync();
        if (_folder is not null) Directory.Delete(_folder, recursive: true);
    }

    private static Link Before(Dictionary<string, string> environment, string name)
    {
        var port = FreePort.Take(IPAddress.Loopback);
        environment[name] = port.ToString(CultureInfo.InvariantCulture);
        return new Link(new IPEndPoint(IPAddress.Loopback, 0), [new IPEndPoint(IPAddress.Loopback, port)]);
    }

    private static string PortOf(Link link) => ((IPEndPoint)link.Address).Port.ToString(CultureInfo.InvariantCulture);

    private static UnixDomainSocketEndPoint SocketIn(string folder) => new(Path.Combine(folder, ".s.PGSQL.5432"));
}
