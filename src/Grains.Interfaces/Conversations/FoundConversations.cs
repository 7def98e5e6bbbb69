namespace NGrammys.Grains.Interfaces.Conversations;

/// <summary>A page of what was found.</summary>
[GenerateSerializer, Immutable, Alias("ngrammys.FoundConversations")]
public sealed record FoundConversations
{
    [Id(0)] public required FoundConversation[] Items { get; init; }

    /// <summary>Behind which conversation the next page begins; null if this was the last.</summary>
    [Id(1)] public Guid? Next { get; init; }
}

/// <summary>A conversation in which something was found.</summary>
[GenerateSerializer, Immutable, Alias("ngrammys.FoundConversation")]
public sealed record FoundConversation
{
    [Id(0)] public required ConversationSummary Conversation { get; init; }

    /// <summary>The latest message that holds it, on whatever branch; null where only the title does.</summary>
    [Id(1)] public Guid? Message { get; init; }

    /// <summary>The part of the message, or the title, that shows it; one line.</summary>
    [Id(2)] public required string Snippet { get; init; }

    /// <summary>Where in the snippet it stands, in order.</summary>
    [Id(3)] public required TextMark[] Marks { get; init; }
}

/// <summary>A part of a text, in UTF-16 units.</summary>
[GenerateSerializer, Immutable, Alias("ngrammys.TextMark")]
public readonly record struct TextMark([property: Id(0)] int Start, [property: Id(1)] int Length);
