using NGrammys.Grains.Batching;
using NGrammys.Grains.Interfaces.Batching;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Storage;

namespace NGrammys.Grains.Conversations;

/// <summary>What a conversation's replies leave to the others of its tenant, where the tenant has opted in: n-grams, exactly forgotten with it.</summary>
internal sealed class TenantMemory(LocalDevices devices, IGrainFactory grains, ConversationId id)
{
    public void Remember(RunningTurn turn)
    {
        devices.Drafting.Remember(id.Tenant, id.Id, turn.Prompt, [.. turn.Log.Rows.SelectMany(row => row.Tokens)]);
        // Beside the conversation, whose next message does not wait for it.
        Task.Run(() => devices.Drafting.Settle(id.Tenant)).Ignore();
    }

    /// <summary>Takes them out on this node.</summary>
    public void Forget() => devices.Drafting.Forget(id.Tenant, id.Id);

    /// <summary>Takes them out on every node that the conversation may have lived on, and what the engines there keep of it.</summary>
    /// <exception cref="ConversationException">A node that may have n-grams of it does not answer.</exception>
    public async Task ForgetEverywhere()
    {
        var forgotten = AskEverywhere();
        if (!devices.Drafting.Shares(id.Tenant))
        {
            // Keys and values alone: they go by themselves where a node is not heard of any more.
            forgotten.Ignore();
            return;
        }

        try
        {
            await forgotten;
        }
        catch (Exception e) when (e is TimeoutException or OrleansException)
        {
            throw new ConversationException(ConversationError.Unavailable, "A node that may remember the conversation does not answer; delete it again in a moment.");
        }
    }

    private async Task AskEverywhere()
    {
        var silos = await grains.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true);
        // The batcher of any device forgets for all of its silo.
        await Task.WhenAll(silos.Keys.Select(address => grains.GetGrain<IBatcherGrain>(new BatcherKey(address, 0).ToString()).Forget(id.Tenant, id.Id)));
    }
}
