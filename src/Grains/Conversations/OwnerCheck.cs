using NGrammys.Grains.Interfaces.Completions;
using NGrammys.Grains.Interfaces.Conversations;

namespace NGrammys.Grains.Conversations;

/// <summary>Refuses calls from outside the cluster to what belongs to somebody else than <see cref="CallOwner"/> says. Streams are such calls, too.</summary>
internal sealed class OwnerCheck : IIncomingGrainCallFilter
{
    public Task Invoke(IIncomingGrainCallContext context)
    {
        // Grains call each other on nobody's behalf: the sweeper wakes a conversation, say.
        if (context.SourceId is { } source && source.IsClient() && OwnerOf(context) is { } owner && owner != CallOwner.Current)
            throw new ConversationException(ConversationError.UnknownConversation, "There is no such conversation.");
        return context.Invoke();
    }

    private static string? OwnerOf(IIncomingGrainCallContext context)
    {
        var key = context.TargetId.Key.ToString()!;
        return context.Grain switch
        {
            IUserGrain => key,
            IConversationGrain or ICompletionGrain => key[..key.LastIndexOf('/')],
            _ => null,
        };
    }
}
