namespace NGrammys.Storage;

/// <summary>Who speaks in a message.</summary>
public enum MessageRole
{
    /// <summary>Instructions for the model.</summary>
    System,

    /// <summary>The person.</summary>
    User,

    /// <summary>The model.</summary>
    Assistant,

    /// <summary>The result of a tool that the model called.</summary>
    Tool,
}

/// <summary>A node in the conversation's tree of messages; edits and regenerations are siblings.</summary>
public sealed record StoredMessage
{
    /// <summary>Unique in the conversation.</summary>
    public required Guid Id { get; init; }

    /// <summary>The message that it answers; null for the first of a branch.</summary>
    public required Guid? Parent { get; init; }

    /// <summary>Who speaks.</summary>
    public required MessageRole Role { get; init; }

    /// <summary>What is said. Empty for the model's message while its turn runs: until then its text is in the transcript.</summary>
    public required string Text { get; init; }

    /// <summary>When it was stored.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>The operation that added it.</summary>
    public required Guid Operation { get; init; }
}

/// <summary>A message to be added with a turn.</summary>
/// <param name="Id">Fresh id.</param>
/// <param name="Role">Who speaks.</param>
/// <param name="Text">What is said.</param>
public sealed record NewMessage(Guid Id, MessageRole Role, string Text);
