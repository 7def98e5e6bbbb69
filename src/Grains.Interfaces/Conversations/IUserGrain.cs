namespace NGrammys.Grains.Interfaces.Conversations;

/// <summary>The conversations of one user. Key: <see cref="Owner"/>.</summary>
[Alias("ngrammys.IUserGrain")]
public interface IUserGrain : IGrainWithStringKey
{
    /// <summary>All conversations, pinned ones before others and the one used last first.</summary>
    [Alias("List")]
    Task<ConversationSummary[]> List();

    /// <summary>Conversations whose title or messages hold what is looked for, the one used last first.</summary>
    /// <param name="text">Pieces of text between spaces; all of them must be there.</param>
    /// <param name="after">The conversation behind which the answer begins: <see cref="FoundConversations.Next"/> of the page before; null for the first page.</param>
    /// <param name="limit">Most conversations in the answer, at least 1.</param>
    [Alias("Search")]
    Task<FoundConversations> Search(string text, Guid? after, int limit);

    /// <summary>Has an observer told of changes for <see cref="IListObserver.WatchedFor"/>; who wants more asks again before. Returns the list's version.</summary>
    [Alias("Watch")]
    Task<long> Watch(IListObserver observer);

    /// <summary>Has an observer told no more.</summary>
    [Alias("Unwatch")]
    Task Unwatch(IListObserver observer);
}
