namespace NGrammys.Storage;

/// <summary>A conversation with its messages and turns, as of one moment.</summary>
/// <param name="Header">Title, settings, selected branch.</param>
/// <param name="Messages">All branches, in the order in which they were added: a parent stands before its children.</param>
/// <param name="Turns">In the order in which they began.</param>
public sealed record StoredConversation(
    ConversationHeader Header, IReadOnlyList<StoredMessage> Messages, IReadOnlyList<StoredTurn> Turns);
