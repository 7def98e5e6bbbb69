using Microsoft.Extensions.Logging;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Storage;

namespace NGrammys.Grains.Conversations;

/// <summary>Finds replies that nobody writes any more and that nobody waits for: their silo has died. One in a cluster; key 0.</summary>
[Alias("ngrammys.ISweeperGrain")]
internal interface ISweeperGrain : IGrainWithIntegerKey
{
    /// <summary>Wakes every conversation with an unfinished reply; those that are awake do not notice.</summary>
    [Alias("Sweep")]
    Task Sweep();
}

/// <summary>What the sweeper asks of a conversation.</summary>
[Alias("ngrammys.ISweptConversation")]
internal interface ISweptConversation : IGrainWithStringKey
{
    /// <summary>Wakes the conversation, which goes on with what is unfinished by itself.</summary>
    [Alias("Wake")]
    Task Wake();
}

/// <inheritdoc cref="ISweeperGrain"/>
internal sealed class SweeperGrain(IConversationStore conversations, TimeProvider time, ILogger<SweeperGrain> logger) : Grain, ISweeperGrain
{
    // Every silo asks for a sweep; one in this time is enough.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(4);

    // A conversation on a silo that is frozen answers when the silo is declared dead, not before.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    // What is woken must be read and prefilled: not all of it at once. The rest comes with the next sweep.
    private const int AtOnce = 8;
    private const int Most = 512;

    private long? _swept;

    public async Task Sweep()
    {
        if (_swept is { } last && time.GetElapsedTime(last) < Pause) return;
        _swept = time.GetTimestamp();
        try
        {
            foreach (var some in (await conversations.ListUnfinishedAsync(Most)).Chunk(AtOnce)) await Task.WhenAll(some.Select(Wake));
        }
        catch (StorageException e)
        {
            logger.LogSweepFailed(e.Message);
        }
    }

    private async Task Wake(ConversationId id)
    {
        var key = new ConversationKey(new Owner(id.Tenant, id.Owner), id.Id);
        try
        {
            await GrainFactory.GetGrain<ISweptConversation>(key.ToString()).Wake().WaitAsync(Longest, time);
        }
        catch (Exception e) when (e is ConversationException or OrleansException or TimeoutException)
        {
            logger.LogNotWoken(id.Id, e.Message);
        }
    }
}
