using NGrammys.Grains.Interfaces.Batching;

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

/// <summary>How a reply is made. What is null takes the server's default: the model's own where it recommends one, else what changes nothing.</summary>
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

    /// <summary>Keep tokens at least p times as probable as the best, in [0, 1]; 0 keeps all.</summary>
    [Id(7)] public double? MinP { get; init; }

    /// <summary>Keep the most typical tokens up to probability p, in (0, 1]; 1 keeps all.</summary>
    [Id(8)] public double? TypicalP { get; init; }

    /// <summary>More than 1 avoids tokens of prompt and reply, in (0, 100].</summary>
    [Id(9)] public double? RepetitionPenalty { get; init; }

    /// <summary>More than 0 avoids tokens of the reply, in [-2, 2].</summary>
    [Id(10)] public double? PresencePenalty { get; init; }

    /// <summary>More than 0 avoids frequent tokens of the reply, in [-2, 2].</summary>
    [Id(11)] public double? FrequencyPenalty { get; init; }

    /// <summary>Added to the logits of single tokens, in [-100, 100].</summary>
    [Id(12)] public LogitBias[] LogitBias { get; init; } = [];

    /// <summary>Shortest reply in tokens.</summary>
    [Id(13)] public int? MinTokens { get; init; }

    /// <summary>The reply ends before the first of these texts.</summary>
    [Id(14)] public string[] Stop { get; init; } = [];

    /// <summary>The reply ends with the first of these tokens, besides the model's own.</summary>
    [Id(15)] public int[] StopTokens { get; init; } = [];

    /// <summary>Go on behind the model's end-of-sequence tokens.</summary>
    [Id(16)] public bool IgnoreEndOfSequence { get; init; }

    /// <summary>How many alternatives to tell with each token's log probability, 0 to 20; null = no log probabilities.</summary>
    [Id(17)] public int? TopLogProbabilities { get; init; }

    /// <summary>What the text of the reply is held to; null = nothing.</summary>
    [Id(18)] public ReplyConstraint? Constraint { get; init; }

    /// <summary>Longest guess in tokens; null = auto. It changes the speed, never the text.</summary>
    [Id(30)] public int? MaxDraftDepth { get; init; }

    /// <summary>A prompt that does not fit the context is refused, where else its oldest exchanges would leave it.</summary>
    [Id(31)] public bool RefusesToCut { get; init; }

    /// <summary>Whether nobody waits for the reply: others go first, though not for ever.</summary>
    [Id(32)] public bool Background { get; init; }

    /// <summary>Text that the caller expects, such as a file of which a few lines change: drafted from in this turn. It changes the speed, never the text.</summary>
    [Id(20)] public string? Prediction { get; init; }
}

/// <summary>An accepted message.</summary>
[GenerateSerializer, Immutable, Alias("ngrammys.TurnHandle")]
public sealed record TurnHandle([property: Id(0)] Guid Turn, [property: Id(1)] Guid UserMessage, [property: Id(2)] Guid AssistantMessage);
