using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using NGrammys.Grains.Conversations;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Observability;
using NGrammys.Grains.Placement;
using NGrammys.Grains.Quotas;

namespace NGrammys.Grains;

/// <summary>Registers what the grains work with, beside engines, tokenizer and stores.</summary>
public static class GrainHosting
{
    /// <summary>Placement, and what the conversations of this silo share.</summary>
    public static ISiloBuilder AddGrainPlacement(this ISiloBuilder silo)
    {
        silo.Services.AddPlacementDirector<GpuPinnedPlacement, GpuPinnedPlacementDirector>();
        silo.Services.AddPlacementDirector<LoadPlacement, LoadPlacementDirector>();
        silo.Services.AddSingleton<SiloLoads>();
        silo.Services.AddSingleton<LoadBroadcast>();
        silo.Services.AddSingleton<StoreWatch>();
        silo.Services.AddSingleton<RunningTurns>();
        silo.Services.AddSingleton<TurnRecords>();
        silo.Services.AddSingleton<TurnRunner>();
        silo.Services.AddSingleton<Pilot>();
        silo.Services.AddSingleton<TurnQuota>();
        silo.Services.TryAddSingleton(new RetentionOptions());
        silo.Services.TryAddSingleton(new PilotOptions());
        return silo;
    }

    /// <summary>Looks at every call from outside: it must be for the owner of what it calls, as <see cref="CallOwner"/> says.</summary>
    public static ISiloBuilder AddOwnerCheck(this ISiloBuilder silo) => silo.AddIncomingGrainCallFilter<OwnerCheck>();

    /// <summary>What a member of a cluster owes the others: its load, sweeps, and a hand-over before it stops and while it does not reach the store.</summary>
    public static ISiloBuilder AddSiloDuties(this ISiloBuilder silo)
    {
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, SiloDuties>();
        return silo.AddIncomingGrainCallFilter<StoreCheck>();
    }
}
