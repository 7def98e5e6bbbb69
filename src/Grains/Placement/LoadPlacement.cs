using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace NGrammys.Grains.Placement;

/// <summary>Places a grain where the engines have room, and never on a silo that leaves.</summary>
[GenerateSerializer, Immutable, SuppressReferenceTracking, Alias("ngrammys.LoadPlacement")]
internal sealed class LoadPlacement : PlacementStrategy;

/// <summary>Marks grains that are placed by <see cref="LoadPlacement"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class LoadPlacementAttribute() : PlacementAttribute(new LoadPlacement());

/// <summary>Asks <see cref="SiloLoads"/>.</summary>
internal sealed class LoadPlacementDirector(SiloLoads loads) : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var silos = context.GetCompatibleSilos(target);
        return silos.Length == 0
            ? throw new SiloUnavailableException("No node of the cluster has an engine.")
            : Task.FromResult(loads.Choose(silos));
    }
}
