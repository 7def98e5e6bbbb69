namespace NGrammys.Grains.Interfaces.Conversations;

/// <summary>A user's message.</summary>
[GenerateSerializer, Immutable, Alias("ngrammys.SendRequest")]
public sealed record SendRequest
{
    /// <summary>Chosen by the caller. The same id with the same content is the same message; with other content it is a conflict.</summary>
    [Id(0)] public required Guid OperationId { get; init; }

    /// <summary>The message it answers; null = the end of the selected branch. Naming an earlier one starts a branch (an edit).</summary>
    [Id(1)] public Guid? Parent { get; init; }

    [Id(2)] public required string Text { get; init; }

    /// <summary>Null = those of the conversation.</summary>
    [Id(3)] public TurnSettings? Settings { get; init; }
}

/// <summary>Other words in place of a user's message.</summary>
[GenerateSerializer, Immutable, Alias("ngrammys.EditRequest")]
public sealed record EditRequest
{
    /// <summary>As in <see cref="SendRequest.OperationId"/>.</summary>
    [Id(0)] public required Guid OperationId { get; init; }

    /// <summary>The user's message.</summary>
    [Id(1)] public required Guid Message { get; init; }

    [Id(2)] public required string Text { get; init; }

    /// <summary>Null = those of the conversation.</summary>
    [Id(3)] public TurnSettings? Settings { get; init; }
}

/// <summary>Another reply in place of one.</summary>
[GenerateSerializer, Immutable, Alias("ngrammys.RegenerateRequest")]
public sealed record RegenerateRequest
{
    /// <summary>As in <see cref="SendRequest.OperationId"/>.</summary>
    [Id(0)] public required Guid OperationId { get; init; }

    /// <summary>The assistant's message.</summary>
    [Id(1)] public required Guid Message { get; init; }

    /// <summary>Null = those of the conversation.</summary>
    [Id(2)] public TurnSettings? Settings { get; init; }
}

/// <summary>How a reply is made. What is null takes the server's default.</summary>
[GenerateSerializer, Immutable, Alias("ngrammys.TurnSettings")]
public sealed record TurnSettings
{
    /// <summary>0 = greedy, at most 2.</summary>
    [Id(0)] public double? Temperature { get; init; }

    /// <summary>Keep the k most probable tokens; 0 keeps all.</summary>
    [Id(1)] public int? TopK { get; init; }

    /// <summary>In (0, 1]; 1 keeps all.</summary>
    [Id(2)] public double? TopP { get; init; }

    /// <summary>Fresh for each turn unless given.</summary>
    [Id(3)] public ulong? Seed { get; init; }

    /// <summary>Longest reply in tokens.</summary>
    [Id(4)] public int? MaxTokens { get; init; }

    /// <summary>Most draft nodes a step; 0 = speculation off, null = auto. It changes the speed, never the text.</summary>
    [Id(5)] public int? MaxDraftNodes { get; init; }

    /// <summary>Instructions in front of the conversation.</summary>
    [Id(6)] public string? SystemPrompt { get; init; }
}

/// <summary>An accepted message.</summary>
[GenerateSerializer, Immutable, Alias("ngrammys.TurnHandle")]
public sealed record TurnHandle([property: Id(0)] Guid Turn, [property: Id(1)] Guid UserMessage, [property: Id(2)] Guid AssistantMessage);
