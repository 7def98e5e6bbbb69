using System.Globalization;
using System.Net;
using NGrammys.Failover.Network;
using NGrammys.ServiceDefaults.Clustering;
using NGrammys.WebFrontend.Auth;

namespace NGrammys.Failover.Hosts;

/// <summary>Silos, web frontends and a database on this machine, each a process of its own. Whatever ends is started again, as a service manager does.</summary>
public sealed class LocalCluster : IAsyncDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("ngrammys-failover-");
    private readonly string[] _models;
    private readonly List<SiloService> _silos = [];
    private readonly List<Service> _frontends = [];
    private readonly List<IPEndPoint> _addresses = [];

    private LocalCluster(Database database, ClusterShape shape)
    {
        Database = database;
        var bundled = Path.Combine(AppContext.BaseDirectory, "models", "demo");
        // A model is known by its folder's name. That the weights are the same ones is nothing to a cluster.
        _models = shape.TwoModels ? [bundled, Directory.CreateSymbolicLink(Path.Combine(_data.FullName, "other"), bundled).FullName] : [bundled];
        Key = new KeyStore(Path.Combine(_data.FullName, KeyStore.FileName), TimeProvider.System).Create("failover");
    }

    /// <summary>The database of all of them.</summary>
    public Database Database { get; }

    /// <summary>An API key of the frontends.</summary>
    internal string Key { get; }

    /// <summary>Name of the model that a reader talks with; null = there is one, and nobody has to choose.</summary>
    /// <param name="reader">Number of the reader: they take turns.</param>
    internal string? ModelOf(int reader) => _models.Length == 1 ? null : Path.GetFileName(_models[reader % _models.Length]);

    internal IReadOnlyList<SiloService> Silos => _silos;

    internal IReadOnlyList<Service> Frontends => _frontends;

    /// <summary>Where the frontends listen, in their order.</summary>
    internal IReadOnlyList<IPEndPoint> Addresses => _addresses;

    /// <summary>Starts a cluster and waits until it is whole.</summary>
    /// <exception cref="Inference.Abstractions.NGrammysException">PostgreSQL is missing, or something does not start.</exception>
    public static async Task<LocalCluster> StartAsync(ClusterShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        var cluster = new LocalCluster(await Database.StartAsync(), shape);
        try
        {
            for (var silo = 0; silo < shape.Silos; silo++) cluster._silos.Add(new SiloService(shape, cluster.Database, cluster._models[silo < shape.Silos - 1 ? 0 : ^1], Quiet()));
            await cluster.WholeAsync();
            for (var frontend = 0; frontend < shape.Frontends; frontend++) cluster.AddFrontend(shape);
            await cluster.WholeAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Completes when every process is up.</summary>
    public Task WholeAsync() => Task.WhenAll(All.Select(service => service.UpAsync()));

    /// <summary>The last that each process has printed.</summary>
    public string Logs() => string.Join('\n', All.Select((service, i) => $"--- {i} {service.Log}"));

    /// <summary>Ends everything.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll([.. _frontends.Select(service => service.DisposeAsync().AsTask()), .. _silos.Select(silo => silo.DisposeAsync().AsTask())]);
        await Database.DisposeAsync();
        _data.Delete(recursive: true);
    }

    /// <summary>A load balancer in front of the frontends, for one client.</summary>
    /// <param name="first">The frontend that it is given first.</param>
    internal Link Balance(int first) => new(new IPEndPoint(IPAddress.Loopback, 0), [.. _addresses], first);

    private IEnumerable<Service> All => [.. _silos.Select(silo => silo.Process), .. _frontends];

    private void AddFrontend(ClusterShape shape)
    {
        var port = FreePort.Take(IPAddress.Loopback);
        var environment = Quiet();
        environment["Cluster__Database"] = Database.Connection;
        environment["DataFolder"] = _data.FullName;
        environment["ASPNETCORE_URLS"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
        _addresses.Add(new IPEndPoint(IPAddress.Loopback, port));
        _frontends.Add(new Service(shape.Release.Folder, "NGrammys.WebFrontend", "Sign in", environment));
    }

    private static Dictionary<string, string> Quiet() => new() { ["Logging__LogLevel__Default"] = "Warning", ["DOTNET_gcServer"] = "0" };
}
