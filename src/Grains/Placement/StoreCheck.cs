using NGrammys.Grains.Conversations;
using NGrammys.Grains.Quotas;
using Orleans.Runtime.Placement;

namespace NGrammys.Grains.Placement;

/// <summary>On a silo that alone does not reach the store, moves every grain that needs it to another as soon as it is called.</summary>
/// <remarks>Deactivating it would not do: callers that remember the silo call there again, and the grain would wake where it was.</remarks>
internal sealed class StoreCheck(RunningTurns turns, SiloLoads loads, ILocalSiloDetails local) : IIncomingGrainCallFilter
{
    public Task Invoke(IIncomingGrainCallContext context)
    {
        if (!turns.CutOff || context.TargetContext is not { GrainInstance: ConversationGrain or UserGrain or QuotaGrain or SweeperGrain } grain) return context.Invoke();
        // For those that are placed at random; conversations are placed by their model, never on a silo that leaves.
        grain.Migrate(loads.Other(local.SiloAddress) is { } other ? new() { [IPlacementDirector.PlacementHintKey] = other } : null);
        throw Refused.Moved();
    }
}
