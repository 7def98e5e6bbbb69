using MessagePack;

namespace NGrammys.Client.Protocol;

/// <summary>The list of conversations has changed: the server tells it every connection of their owner.</summary>
[MessagePackObject]
public sealed record ListChanged
{
    /// <summary>The conversation that has changed; null = something was missed: read the whole list again.</summary>
    [Key("id")] public Guid? Id { get; init; }

    /// <summary>How it stands now; null if it is deleted.</summary>
    [Key("conversation")] public ConversationSummary? Conversation { get; init; }
}
