using Orleans.Concurrency;

namespace NGrammys.Grains.Interfaces.Conversations;

/// <summary>Is told of changes in a user's list of conversations; see <see cref="IUserGrain.Watch"/>.</summary>
[Alias("ngrammys.IListObserver")]
public interface IListObserver : IGrainObserver
{
    /// <summary>How long one request to watch lasts.</summary>
    static readonly TimeSpan WatchedFor = TimeSpan.FromSeconds(60);

    /// <summary>A conversation has changed. May be lost: the version of the next, or of the next request to watch, tells.</summary>
    [Alias("Changed"), OneWay]
    Task Changed(ListChange change);
}

/// <summary>A change in a list.</summary>
/// <param name="Version">Version of the list that has it; it rises with each change, not always by one.</param>
/// <param name="Conversation">What has changed.</param>
/// <param name="Summary">How it stands now; null if it is deleted.</param>
[GenerateSerializer, Immutable, Alias("ngrammys.ListChange")]
public sealed record ListChange([property: Id(0)] long Version, [property: Id(1)] Guid Conversation, [property: Id(2)] ConversationSummary? Summary);
