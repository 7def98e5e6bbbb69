namespace NGrammys.Grains.Interfaces.Conversations;

/// <summary>A line in a list of conversations.</summary>
[GenerateSerializer, Immutable, Alias("ngrammys.ConversationSummary")]
public sealed record ConversationSummary
{
    [Id(0)] public required Guid Id { get; init; }
    [Id(1)] public required string Title { get; init; }
    [Id(2)] public required DateTimeOffset CreatedAt { get; init; }
    [Id(3)] public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Whether a reply is running.</summary>
    [Id(4)] public required bool Running { get; init; }

    /// <summary>Whether it stands before the others in lists.</summary>
    [Id(5)] public bool Pinned { get; init; }

    /// <summary>Name of the model that it is held with; null where nobody has chosen one.</summary>
    [Id(6)] public string? Model { get; init; }
}

/// <summary>A conversation with its messages, which form a tree: edits and regenerations are siblings.</summary>
[GenerateSerializer, Immutable, Alias("ngrammys.ConversationView")]
public sealed record ConversationView
{
    [Id(0)] public required ConversationSummary Summary { get; init; }

    /// <summary>In the order in which they were written.</summary>
    [Id(1)] public required MessageView[] Messages { get; init; }

    /// <summary>The leaf of the branch that is shown; null in an empty conversation.</summary>
    [Id(2)] public Guid? SelectedMessage { get; init; }

    /// <summary>The turn that is running.</summary>
    [Id(3)] public Guid? RunningTurn { get; init; }

    /// <summary>How its replies are made, unless a message says otherwise.</summary>
    [Id(4)] public required TurnSettings Settings { get; init; }
}

/// <summary>One message.</summary>
[GenerateSerializer, Immutable, Alias("ngrammys.MessageView")]
public sealed record MessageView
{
    [Id(0)] public required Guid Id { get; init; }
    [Id(1)] public Guid? Parent { get; init; }

    /// <summary>user or assistant.</summary>
    [Id(2)] public required string Role { get; init; }

    [Id(3)] public required string Text { get; init; }
    [Id(4)] public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The turn that wrote an assistant's message.</summary>
    [Id(5)] public Guid? Turn { get; init; }

    /// <summary>How that turn ended; null while it runs and for a user's message.</summary>
    [Id(6)] public TurnEnd? End { get; init; }
}

/// <summary>What the cluster serves: the model that answers where none is named, and all of them.</summary>
[GenerateSerializer, Immutable, Alias("ngrammys.ServerDescription")]
public sealed record ServerDescription
{
    [Id(0)] public required string Model { get; init; }
    [Id(1)] public required string Device { get; init; }
    [Id(2)] public required string DataType { get; init; }
    [Id(3)] public required int ContextLength { get; init; }

    /// <summary>What settings that are null mean.</summary>
    [Id(4)] public required TurnSettings Defaults { get; init; }

    /// <summary>All models, by their names; the first answers where none is named. Empty = a node of an earlier release has answered.</summary>
    [Id(5)] public ModelDescription[] Models { get; init; } = [];
}
