using MessagePack;

namespace NGrammys.Client.Protocol;

/// <summary>Looks for conversations by what their titles and messages hold.</summary>
[MessagePackObject]
public sealed record SearchRequest
{
    /// <summary>Pieces of text between spaces, at most eight, all of which must be in a title or in one message; also parts of words, in small letters or capitals.</summary>
    [Key("text")] public required string Text { get; init; }

    /// <summary><see cref="FoundPage.Next"/> of the page before; null for the first.</summary>
    [Key("after")] public Guid? After { get; init; }

    /// <summary>Most conversations on the page, from 1 to 100; null = 20.</summary>
    [Key("limit")] public int? Limit { get; init; }
}

/// <summary>A page of conversations in which something was found, the one used last first.</summary>
[MessagePackObject]
public sealed record FoundPage
{
    /// <summary>The conversations.</summary>
    [Key("items")] public required IReadOnlyList<Found> Items { get; init; }

    /// <summary>Asks for the next page; null if this was the last.</summary>
    [Key("next")] public Guid? Next { get; init; }
}

/// <summary>A conversation in which something was found.</summary>
[MessagePackObject]
public sealed record Found
{
    /// <summary>The conversation.</summary>
    [Key("conversation")] public required ConversationSummary Conversation { get; init; }

    /// <summary>The latest message that holds it, on whatever branch (Select shows it); null where only the title does.</summary>
    [Key("messageId")] public Guid? MessageId { get; init; }

    /// <summary>The part of the message, or the title, that shows it; one line.</summary>
    [Key("snippet")] public required string Snippet { get; init; }

    /// <summary>Where in the snippet it stands, in order.</summary>
    [Key("marks")] public required IReadOnlyList<Mark> Marks { get; init; }
}

/// <summary>A part of a text, in UTF-16 units.</summary>
[MessagePackObject]
public sealed record Mark
{
    /// <summary>Where it begins.</summary>
    [Key("start")] public required int Start { get; init; }

    /// <summary>How long it is.</summary>
    [Key("length")] public required int Length { get; init; }
}
