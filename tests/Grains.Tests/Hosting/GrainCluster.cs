using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using NGrammys.Drafting;
using NGrammys.Grains.Batching;
using NGrammys.Grains.Conversations;
using NGrammys.Grains.Placement;
using NGrammys.Inference.Abstractions;
using NGrammys.Storage;
using NGrammys.TestSupport;
using Orleans.TestingHost;

namespace NGrammys.Grains.Tests.Hosting;

/// <summary>Silos in this process with the production grains, a scripted model, and a store in memory. Tests share one and run one after the other.</summary>
public sealed class GrainCluster : IAsyncLifetime
{
    // Grains see the test's clock; the runtime below them keeps the real one.
    private static readonly string[] RuntimeClocks =
    [
        TimeProviderNames.Messaging, TimeProviderNames.SystemTimers, TimeProviderNames.Membership,
        TimeProviderNames.ActivationManagement, TimeProviderNames.GrainDirectory,
    ];

    private readonly InProcessTestCluster _cluster;
    private readonly ConcurrentDictionary<string, SwitchedEngine> _engines = new();
    private readonly ConcurrentQueue<string> _models;

    public GrainCluster() : this(TimeProvider.System) { }

    /// <param name="time">What grains and store take for the time.</param>
    /// <param name="silos">How many silos.</param>
    /// <param name="duties">Whether they tell each other their loads and ask for sweeps.</param>
    /// <param name="keepDays">How long conversations are kept.</param>
    /// <param name="ownerCheck">Whether calls from outside must be for the owner.</param>
    /// <param name="controlShare">Share of turns that are decoded plainly.</param>
    /// <param name="devices">Devices of each silo, one or two: the second has <see cref="Second"/>.</param>
    /// <param name="models">What the first silos serve, one after the other; all others serve <see cref="Engine"/>.</param>
    internal GrainCluster(
        TimeProvider time, short silos = 1, bool duties = false, int? keepDays = null, bool ownerCheck = false, double controlShare = 0,
        int devices = 1, params string[] models)
    {
        _models = new ConcurrentQueue<string>(models);
        Store = new SwitchedStore(time);
        var builder = new InProcessTestClusterBuilder(silos);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton(time);
            foreach (var clock in RuntimeClocks) silo.Services.AddKeyedSingleton(clock, TimeProvider.System);
            var engine = _models.TryDequeue(out var model) ? EngineOf(model) : Engine;
            silo.Services.AddSingleton(new LocalDevices(devices == 1 ? [engine] : [engine, Second], Drafting));
            silo.Services.AddSingleton<ITokenizer>(new ByteTokenizer());
            var store = new CutStore(Store);
            silo.Services.AddSingleton(store);
            silo.Services.AddSingleton<IConversationStore>(store);
            silo.Services.AddSingleton<ITranscriptStore>(store);
            silo.Services.AddSingleton<IQuotaStore>(store);
            silo.Services.AddSingleton(new RetentionOptions { KeepDays = keepDays });
            silo.Services.AddSingleton(new PilotOptions { ControlShare = controlShare });
            silo.AddGrainPlacement();
            if (duties) silo.AddSiloDuties();
            if (ownerCheck) silo.AddOwnerCheck();
        });
        _cluster = builder.Build();
    }

    internal SwitchedEngine Engine { get; } = new();

    /// <summary>The engine of the second device.</summary>
    internal SwitchedEngine Second { get; } = new();

    /// <summary>The engine of a model that some silos serve.</summary>
    internal SwitchedEngine EngineOf(string model) => _engines.GetOrAdd(model, name => new SwitchedEngine(name));

    /// <summary>What conversations draft from: of one tenant, <see cref="Chat.SharingTenant"/>, also from each other's replies.</summary>
    internal ModelDrafting Drafting { get; } = new(sharing: [Chat.SharingTenant]);

    internal SwitchedStore Store { get; }

    internal IGrainFactory Grains => _cluster.Client;

    internal IReadOnlyList<SiloAddress> Silos => [.. _cluster.Silos.Select(silo => silo.SiloAddress)];

    public async ValueTask InitializeAsync() => await _cluster.DeployAsync().For("the silos to start");

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        Engine.Dispose();
        Second.Dispose();
        foreach (var engine in _engines.Values) engine.Dispose();
    }

    /// <summary>Starts one more silo.</summary>
    internal async Task StartSiloAsync(string model)
    {
        _models.Enqueue(model);
        await _cluster.StartAdditionalSiloAsync().For("the silo to start");
    }

    /// <summary>The devices of the silo in which a grain lives.</summary>
    internal async Task<LocalDevices> DevicesOfAsync(IAddressable grain) => (await SiloOfAsync(grain)).ServiceProvider.GetRequiredService<LocalDevices>();

    /// <summary>Waits until every silo knows which models are served; the names in order.</summary>
    internal async Task HeardAsync(params string[] models)
    {
        await Heard().For($"every silo to know that {string.Join(", ", models)} are served");

        async Task Heard()
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
            while (!_cluster.Silos.All(silo => silo.ServiceProvider.GetRequiredService<SiloLoads>().Models.Select(model => model.Name).SequenceEqual(models)))
                await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>Name of the model of the silo in which a grain lives.</summary>
    internal async Task<string> ModelOfAsync(IAddressable grain) => (await DevicesOfAsync(grain)).Model.Name;

    /// <summary>Ends a grain's activation, as the loss of its silo would.</summary>
    internal Task DeactivateAsync(IAddressable grain) => _cluster.DeactivateAsync(grain).For("the grain to be deactivated");

    /// <summary>Kills the silos in which grains live.</summary>
    internal async Task KillSiloOfAsync(params IAddressable[] grains)
    {
        var silos = new HashSet<InProcessSiloHandle>();
        foreach (var grain in grains) silos.Add(await SiloOfAsync(grain));
        foreach (var silo in silos) await _cluster.KillSiloAsync(silo).For("the silo to die");
    }

    /// <summary>Stops the silo in which a grain lives, as SIGTERM does.</summary>
    /// <param name="grain">The grain.</param>
    /// <param name="handedOver">Called as soon as the silo has let go of every reply.</param>
    internal async Task StopSiloOfAsync(IAddressable grain, Action handedOver)
    {
        var silo = await SiloOfAsync(grain);
        var turns = silo.ServiceProvider.GetRequiredService<RunningTurns>();
        var stopped = _cluster.StopSiloAsync(silo);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!stopped.IsCompleted && !(turns.Leaving && turns.IsEmpty)) await timer.WaitForNextTickAsync();
        handedOver();
        await stopped.For("the silo to stop");
    }

    /// <summary>Address of the silo in which a grain lives, as operators see it.</summary>
    internal async Task<string> AddressOfAsync(IAddressable grain) => (await SiloOfAsync(grain)).SiloAddress.ToParsableString();

    /// <summary>The ways of all silos to the store.</summary>
    internal IEnumerable<CutStore> Stores => _cluster.Silos.Select(silo => silo.ServiceProvider.GetRequiredService<CutStore>());

    /// <summary>Waits until every silo has been without the store for so long that it would let go of its conversations, if another reached it.</summary>
    internal async Task StoreAwayAsync()
    {
        await Away().For("every silo to miss the store");

        async Task Away()
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
            while (!_cluster.Silos.All(silo => silo.ServiceProvider.GetRequiredService<StoreWatch>().IsAwayForLong)) await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>The way to the store of the silo in which a grain lives.</summary>
    internal async Task<CutStore> StoreOfAsync(IAddressable grain) => (await SiloOfAsync(grain)).ServiceProvider.GetRequiredService<CutStore>();

    private async Task<InProcessSiloHandle> SiloOfAsync(IAddressable grain)
    {
        var address = await Grains.GetGrain<IManagementGrain>(0).GetActivationAddress(grain);
        return _cluster.Silos.Single(silo => silo.SiloAddress.Equals(address));
    }
}
