using NGrammys.Grains.Batching;
using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace NGrammys.Grains.Placement;

/// <summary>Places a grain on the silo that its key names, and nowhere else.</summary>
[GenerateSerializer, Immutable, SuppressReferenceTracking, Alias("ngrammys.GpuPinnedPlacement")]
internal sealed class GpuPinnedPlacement : PlacementStrategy;

/// <summary>Marks grains that are placed by <see cref="GpuPinnedPlacement"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class GpuPinnedPlacementAttribute() : PlacementAttribute(new GpuPinnedPlacement());

/// <summary>Finds the silo that a <see cref="BatcherKey"/> names.</summary>
internal sealed class GpuPinnedPlacementDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var wanted = BatcherKey.Parse(target.GrainIdentity.Key.ToString()!).Silo;
        foreach (var silo in context.GetCompatibleSilos(target))
        {
            if (silo.Equals(wanted)) return Task.FromResult(silo);
        }

        throw new SiloUnavailableException($"The node {wanted} is gone, and its engine with it.");
    }
}
