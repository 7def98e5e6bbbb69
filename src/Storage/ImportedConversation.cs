namespace NGrammys.Storage;

/// <summary>A conversation that comes from elsewhere, with all that was said in it and fresh ids. None of its turns is running.</summary>
/// <param name="Header">Its header, as it will be stored.</param>
/// <param name="Messages">All branches; a parent stands before its children.</param>
/// <param name="Turns">In the order in which they began.</param>
public sealed record ImportedConversation(
    ConversationHeader Header, IReadOnlyList<StoredMessage> Messages, IReadOnlyList<ImportedTurn> Turns);

/// <summary>A turn that is over, with its transcript.</summary>
/// <param name="Turn">The turn, ended.</param>
/// <param name="Rows">Its rows, whole choices from position 0 on.</param>
/// <param name="Prompt">Token ids that the reply answers; empty where they are not known.</param>
public sealed record ImportedTurn(StoredTurn Turn, IReadOnlyList<TranscriptRow> Rows, int[] Prompt)
{
    /// <summary>How it would have begun.</summary>
    internal NewTurn Beginning => new()
    {
        Id = Turn.Id,
        Operation = Turn.Operation,
        Parent = null, // its messages are there already
        Reply = Turn.Reply,
        Prompt = Prompt,
        Settings = Turn.Settings,
        Seed = Turn.Seed,
        Fingerprint = Turn.Fingerprint,
        Choices = Turn.Choices,
    };
}
