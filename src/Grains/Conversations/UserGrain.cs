using NGrammys.Grains.Batching;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Storage;
using Orleans.Concurrency;

namespace NGrammys.Grains.Conversations;

/// <summary>Lists a user's conversations.</summary>
[Reentrant]
internal sealed class UserGrain(IConversationStore conversations) : Grain, IUserGrain
{
    // Longer lists are searched, not scrolled.
    private const int Longest = 1000;

    public async Task<ConversationSummary[]> List()
    {
        var owner = Owner.Parse(this.GetPrimaryKeyString());
        try
        {
            return [.. (await conversations.ListAsync(owner.Tenant, owner.User, Longest)).Select(Views.Summary)];
        }
        catch (StorageException e)
        {
            throw new ConversationException(ConversationError.Unavailable, e.Message);
        }
    }
}

/// <summary>Describes what is served.</summary>
[StatelessWorker, Reentrant]
internal sealed class ServerGrain(LocalDevices devices) : Grain, IServerGrain
{
    public Task<ServerDescription> Describe() => Task.FromResult(new ServerDescription
    {
        Model = devices.Model.Name,
        Device = devices.Model.Device,
        DataType = devices.Model.DataType,
        ContextLength = devices.Model.ContextLength,
        Defaults = TurnPlan.Defaults(devices.Model),
    });
}
