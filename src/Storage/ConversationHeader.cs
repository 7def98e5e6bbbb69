namespace NGrammys.Storage;

/// <summary>A conversation without what was said in it.</summary>
public sealed record ConversationHeader
{
    /// <summary>Names the conversation.</summary>
    public required ConversationId Id { get; init; }

    /// <summary>Title in the list.</summary>
    public required string Title { get; init; }

    /// <summary>Settings of the conversation as a JSON object; opaque to the store.</summary>
    public required string Settings { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When a turn last began or ended; creation before the first. Lists are ordered by it.</summary>
    public required DateTimeOffset Updated { get; init; }

    /// <summary>Last message of the selected branch; null while there is no message.</summary>
    public Guid? Leaf { get; init; }

    /// <summary>Whether it stands before the others in lists.</summary>
    public bool Pinned { get; init; }

    /// <summary>Name of the model that the conversation is held with; null where nobody has chosen one.</summary>
    public string? Model { get; init; }

    /// <summary>Whether a turn is running.</summary>
    public required bool Running { get; init; }
}
