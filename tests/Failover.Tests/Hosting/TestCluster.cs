using System.Net;
using System.Net.Sockets;
using NGrammys.Client;
using NGrammys.WebFrontend.Auth;

namespace NGrammys.Failover.Tests.Hosting;

/// <summary>Three silos, two frontends and a database, each a process of its own. Whatever ends is started again, as a service manager does.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private const int Frontends = 2;

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("ngrammys-failover-");
    private readonly int[] _ports = [.. Enumerable.Range(0, Frontends).Select(_ => FreePort())];
    private readonly string _key;
    private readonly List<Service> _services = [];
    private Balancer? _balancer;

    private TestCluster(Database database)
    {
        Database = database;
        _key = new KeyStore(Path.Combine(_data.FullName, KeyStore.FileName), TimeProvider.System).Create("failover");
    }

    public Database Database { get; }

    public IReadOnlyList<Service> Silos { get; private set; } = [];

    public IReadOnlyList<Service> WebFrontends { get; private set; } = [];

    public static async Task<TestCluster> StartAsync(int silos = 3)
    {
        var cluster = new TestCluster(await Database.StartAsync());
        try
        {
            cluster.Silos = [.. Enumerable.Range(0, silos).Select(_ => cluster.Serve("NGrammys.Silo", "health at", new()
            {
                ["Cluster__Address"] = "127.0.0.1",
                ["Engine__Model"] = Path.Combine(AppContext.BaseDirectory, "models", "demo"),
                ["Engine__Device"] = "cpu",
                ["Engine__Threads"] = "1",
                // Three silos do not fit a small machine at full speed; so they leave each other room, and replies last.
                ["Engine__StepTime"] = "00:00:00.100",
            }))];
            await cluster.WholeAsync();
            cluster.WebFrontends = [.. cluster._ports.Select(port => cluster.Serve("NGrammys.WebFrontend", "Sign in", new()
            {
                ["DataFolder"] = cluster._data.FullName,
                ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}",
            }))];
            await cluster.WholeAsync();
            cluster._balancer = new Balancer(cluster._ports);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public Task<ChatClient> ConnectAsync() => ChatClient.ConnectAsync(_balancer!.Address, _key);

    /// <summary>Completes when every service is up.</summary>
    public Task WholeAsync() => Task.WhenAll(_services.Select(service => service.UpAsync()));

    public string Logs() => string.Join('\n', _services.Select((service, i) => $"--- {i} {service.Log}"));

    public async ValueTask DisposeAsync()
    {
        if (_balancer is not null) await _balancer.DisposeAsync();
        await Task.WhenAll(_services.Select(service => service.DisposeAsync().AsTask()));
        await Database.DisposeAsync();
        _data.Delete(recursive: true);
    }

    private Service Serve(string program, string readiness, Dictionary<string, string> environment)
    {
        environment["Cluster__Database"] = Database.Connection;
        environment["Logging__LogLevel__Default"] = "Warning";
        environment["DOTNET_gcServer"] = "0";
        var service = new Service(program, readiness, environment);
        _services.Add(service);
        return service;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
