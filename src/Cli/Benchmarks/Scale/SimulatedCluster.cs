using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NGrammys.Cli.Assessment;
using NGrammys.Grains.Batching;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Engine;
using NGrammys.ServiceDefaults.Clustering;
using NGrammys.Silo;
using NGrammys.Storage;

namespace NGrammys.Cli.Benchmarks.Scale;

/// <summary>Silos in this process with the production grains and engines, whose devices are <see cref="TimedExecutor"/>s, and a client of theirs. They speak over the loopback.</summary>
internal sealed class SimulatedCluster : IAsyncDisposable
{
    private const string Name = "scale";

    private readonly List<IHost> _hosts = [];
    private readonly List<TimedExecutor> _devices = [];
    private readonly List<InferenceEngine> _engines = [];
    private IHost? _client;

    /// <summary>Grains as a web frontend reaches them.</summary>
    public IGrainFactory Grains => (_client ?? throw new InvalidOperationException("The cluster has not started.")).Services.GetRequiredService<IGrainFactory>();

    /// <summary>Time that the passes of all devices have taken.</summary>
    public TimeSpan Busy => _devices.Aggregate(TimeSpan.Zero, (sum, device) => sum + device.Busy);

    /// <summary>Starts a cluster.</summary>
    /// <param name="silos">Silos, each with one device.</param>
    /// <param name="costs">What passes take; null = no time at all.</param>
    /// <param name="model">What the devices are said to compute.</param>
    /// <param name="tokenizer">The model's.</param>
    /// <param name="store">The store of all of them.</param>
    public static async Task<SimulatedCluster> StartAsync<TStore>(int silos, DeviceCosts? costs, ModelInfo model, ITokenizer tokenizer, TStore store)
        where TStore : class, IConversationStore, ITranscriptStore, IQuotaStore
    {
        var cluster = new SimulatedCluster();
        try
        {
            IPEndPoint? primary = null;
            var gateways = new List<int>();
            for (var silo = 0; silo < silos; silo++)
            {
                var (port, gateway) = (FreePort.Take(IPAddress.Loopback), FreePort.Take(IPAddress.Loopback));
                primary ??= new IPEndPoint(IPAddress.Loopback, port);
                gateways.Add(gateway);
                var device = new TimedExecutor(costs, model.VocabularySize, TimeProvider.System);
                var engine = new InferenceEngine(model, device, TimeProvider.System, NullLogger<InferenceEngine>.Instance, tokenizer: tokenizer);
                cluster._devices.Add(device);
                cluster._engines.Add(engine);
                cluster._hosts.Add(await StartAsync(builder => builder.UseOrleans(orleans =>
                {
                    orleans.UseLocalhostClustering(port, gateway, primary, Name, Name);
                    orleans.AddNGrammys(new LocalDevices([engine]), tokenizer, store);
                })));
            }

            cluster._client = await StartAsync(builder => builder.UseOrleansClient(client => client.UseLocalhostClustering([.. gateways], Name, Name)));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_client is not null) _hosts.Add(_client);
        // The client first, the silo that keeps the list of members last.
        foreach (var host in Enumerable.Reverse(_hosts))
        {
            await host.StopAsync();
            host.Dispose();
        }

        foreach (var engine in _engines) engine.Dispose();
    }

    private static async Task<IHost> StartAsync(Action<HostApplicationBuilder> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.None);
        configure(builder);
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
