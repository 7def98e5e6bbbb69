using MessagePack;

namespace NGrammys.Client.Protocol;

/// <summary>A line in the list of conversations.</summary>
[MessagePackObject]
public sealed record ConversationSummary
{
    /// <summary>Names the conversation in every other call.</summary>
    [Key("id")] public required Guid Id { get; init; }

    /// <summary>What a person calls it; never empty.</summary>
    [Key("title")] public required string Title { get; init; }

    /// <summary>When it was created.</summary>
    [Key("createdAt")] public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed; lists are ordered by it, newest first.</summary>
    [Key("updatedAt")] public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Whether a reply is being written now.</summary>
    [Key("running")] public required bool Running { get; init; }

    /// <summary>Whether it stands before the others in lists.</summary>
    [Key("pinned")] public bool Pinned { get; init; }

    /// <summary>Name of the model that it is held with; null where nobody has chosen one.</summary>
    [Key("model")] public string? Model { get; init; }
}

/// <summary>A conversation with all its messages, which form a tree: edits and regenerations are siblings.</summary>
[MessagePackObject]
public sealed record Conversation
{
    /// <summary>Names the conversation.</summary>
    [Key("id")] public required Guid Id { get; init; }

    /// <summary>What a person calls it.</summary>
    [Key("title")] public required string Title { get; init; }

    /// <summary>When it was created.</summary>
    [Key("createdAt")] public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed.</summary>
    [Key("updatedAt")] public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Whether it stands before the others in lists.</summary>
    [Key("pinned")] public bool Pinned { get; init; }

    /// <summary>Name of the model that it is held with; null where nobody has chosen one.</summary>
    [Key("model")] public string? Model { get; init; }

    /// <summary>In the order in which they were written, so that a parent stands before its children.</summary>
    [Key("messages")] public required IReadOnlyList<Message> Messages { get; init; }

    /// <summary>The last message of the branch that is shown; null in an empty conversation.</summary>
    [Key("selectedMessageId")] public Guid? SelectedMessageId { get; init; }

    /// <summary>The turn that is running, if one is; its message has no text yet: read it with Resume from 0.</summary>
    [Key("runningTurnId")] public Guid? RunningTurnId { get; init; }

    /// <summary>How its replies are made, unless a message says otherwise.</summary>
    [Key("settings")] public required TurnSettings Settings { get; init; }
}

/// <summary>One message of a conversation.</summary>
[MessagePackObject]
public sealed record Message
{
    /// <summary>Names the message.</summary>
    [Key("id")] public required Guid Id { get; init; }

    /// <summary>The message it follows; null for the first.</summary>
    [Key("parentId")] public Guid? ParentId { get; init; }

    /// <summary><c>user</c> or <c>assistant</c>.</summary>
    [Key("role")] public required string Role { get; init; }

    /// <summary>What was said; Markdown where the model writes it.</summary>
    [Key("text")] public required string Text { get; init; }

    /// <summary>When it was written.</summary>
    [Key("createdAt")] public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The turn that wrote an assistant's message.</summary>
    [Key("turnId")] public Guid? TurnId { get; init; }

    /// <summary>How that turn ended (<see cref="FinishReason"/>); null while it runs and for a user's message.</summary>
    [Key("finish")] public string? Finish { get; init; }

    /// <summary>Why it failed, one line for the person, with <see cref="FinishReason.Error"/>.</summary>
    [Key("error")] public string? Error { get; init; }

    /// <summary>What the turn took, once it has ended.</summary>
    [Key("statistics")] public TurnStatistics? Statistics { get; init; }
}

/// <summary>What the server serves.</summary>
[MessagePackObject]
public sealed record ServerInfo
{
    /// <summary>Version of NGrammys.</summary>
    [Key("version")] public required string Version { get; init; }

    /// <summary>Name of the model that answers where none is chosen.</summary>
    [Key("model")] public required string Model { get; init; }

    /// <summary>Device that computes, such as <c>cpu</c> or <c>cuda:0</c>.</summary>
    [Key("device")] public required string Device { get; init; }

    /// <summary>Arithmetic of the model, such as <c>float32</c>.</summary>
    [Key("dataType")] public required string DataType { get; init; }

    /// <summary>Tokens that prompt and reply may have together.</summary>
    [Key("contextLength")] public required int ContextLength { get; init; }

    /// <summary>What settings that are null mean.</summary>
    [Key("defaults")] public required TurnSettings Defaults { get; init; }

    /// <summary>Whether the caller may see what operators see.</summary>
    [Key("admin")] public bool Admin { get; init; }

    /// <summary>All models that are served, by name; the first answers where none is chosen.</summary>
    [Key("models")] public IReadOnlyList<ServedModel> Models { get; init; } = [];
}
