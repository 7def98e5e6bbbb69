using NGrammys.Grains.Conversations;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Storage;
using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace NGrammys.Grains.Placement;

/// <summary>Places a grain where its model is served and the engines have room, and never on a silo that leaves.</summary>
[GenerateSerializer, Immutable, SuppressReferenceTracking, Alias("ngrammys.LoadPlacement")]
internal sealed class LoadPlacement : PlacementStrategy;

/// <summary>Marks grains that are placed by <see cref="LoadPlacement"/>; their keys are <see cref="ConversationKey"/>s.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class LoadPlacementAttribute() : PlacementAttribute(new LoadPlacement());

/// <summary>Asks <see cref="SiloLoads"/>. Which model it is for, the call says or the store knows; where one model is served, nobody is asked.</summary>
internal sealed class LoadPlacementDirector(SiloLoads loads, IConversationStore conversations, TimeProvider time) : IPlacementDirector
{
    // A store that is away must not keep a conversation from waking: it finds out where it belongs once it is awake.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public async Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var silos = context.GetCompatibleSilos(target);
        if (silos.Length == 0) throw new SiloUnavailableException("No node of the cluster has an engine.");
        var model = loads.Models.Count < 2 ? null : CallModel.In(target.RequestContextData) ?? await StoredAsync(target.GrainIdentity);
        return loads.Choose(silos, model);
    }

    private async Task<string?> StoredAsync(GrainId grain)
    {
        var id = ConversationKey.Parse(grain.Key.ToString()!).Id();
        try
        {
            var header = await conversations.ReadHeaderAsync(id).WaitAsync(Patience, time);
            return header?.Model;
        }
        catch (Exception e) when (e is StorageException or TimeoutException)
        {
            return null;
        }
    }
}
