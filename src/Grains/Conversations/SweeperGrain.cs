using Microsoft.Extensions.Logging;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Storage;

namespace NGrammys.Grains.Conversations;

/// <summary>
/// Finds replies that nobody writes any more and that nobody waits for: their silo has died. And conversations that are not to be kept any longer. One in a
/// cluster; key 0.
/// </summary>
[Alias("ngrammys.ISweeperGrain")]
internal interface ISweeperGrain : IGrainWithIntegerKey
{
    /// <summary>Wakes every conversation with an unfinished reply; those that are awake do not notice. Now and then deletes what has become too old.</summary>
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

    /// <summary>Deletes the conversation, unless a reply has touched it since.</summary>
    [Alias("Expire")]
    Task Expire(DateTimeOffset before);
}

/// <inheritdoc cref="ISweeperGrain"/>
internal sealed class SweeperGrain(
    IConversationStore conversations, RetentionOptions retention, TimeProvider time, ILogger<SweeperGrain> logger) : Grain, ISweeperGrain
{
    // Every silo asks for a sweep; one in this time is enough.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(4);

    // A conversation on a silo that is frozen answers when the silo is declared dead, not before.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    // What is woken must be read and prefilled: not all of it at once. The rest comes with the next sweep.
    private const int AtOnce = 8;
    private const int Most = 512;

    // Who keeps conversations for days does not mind minutes.
    private static readonly TimeSpan Expiry = TimeSpan.FromMinutes(10);

    private long? _swept;
    private long? _expired;

    public async Task Sweep()
    {
        if (_swept is { } last && time.GetElapsedTime(last) < Pause) return;
        _swept = time.GetTimestamp();
        try
        {
            await Each(await conversations.ListUnfinishedAsync(Most), conversation => conversation.Wake());
            await Expire();
        }
        catch (StorageException e)
        {
            logger.LogSweepFailed(e.Message);
        }
    }

    private async Task Expire()
    {
        if (retention.KeepDays is not { } days || (_expired is { } last && time.GetElapsedTime(last) < Expiry)) return;
        var before = time.GetUtcNow().AddDays(-days);
        var old = await conversations.ListUntouchedAsync(before, Most);
        await Each(old, conversation => conversation.Expire(before));
        // Where there is more, the next sweep goes on.
        if (old.Count < Most) _expired = time.GetTimestamp();
    }

    private async Task Each(IEnumerable<ConversationId> ids, Func<ISweptConversation, Task> act)
    {
        foreach (var some in ids.Chunk(AtOnce)) await Task.WhenAll(some.Select(id => One(id, act)));
    }

    private async Task One(ConversationId id, Func<ISweptConversation, Task> act)
    {
        var key = new ConversationKey(new Owner(id.Tenant, id.Owner), id.Id);
        try
        {
            await act(GrainFactory.GetGrain<ISweptConversation>(key.ToString())).WaitAsync(Longest, time);
        }
        catch (Exception e) when (e is ConversationException or OrleansException or TimeoutException)
        {
            logger.LogNotSwept(id.Id, e.Message);
        }
    }
}
