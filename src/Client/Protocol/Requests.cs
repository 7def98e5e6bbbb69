using MessagePack;

namespace NGrammys.Client.Protocol;

/// <summary>Asks for a new conversation.</summary>
[MessagePackObject]
public sealed record CreateConversationRequest
{
    /// <summary>Chosen by the caller; it makes repeating the request safe, and becomes the id of the conversation.</summary>
    [Key("operationId")] public required Guid OperationId { get; init; }

    /// <summary>Its title; without one the first message gives it.</summary>
    [Key("title")] public string? Title { get; init; }

    /// <summary>Name of the model that it is held with; null = the first that is served.</summary>
    [Key("model")] public string? Model { get; init; }
}

/// <summary>A user's message.</summary>
[MessagePackObject]
public sealed record SendRequest
{
    /// <summary>The conversation it is said in.</summary>
    [Key("conversationId")] public required Guid ConversationId { get; init; }

    /// <summary>Chosen by the caller. The same id with the same content is the same message; with other content it is a conflict.</summary>
    [Key("operationId")] public required Guid OperationId { get; init; }

    /// <summary>The message it follows; null = the end of the selected branch. An earlier one starts a branch.</summary>
    [Key("parentMessageId")] public Guid? ParentMessageId { get; init; }

    /// <summary>What the person says; not empty.</summary>
    [Key("text")] public required string Text { get; init; }

    /// <summary>How the reply is made; null = as the conversation's settings say.</summary>
    [Key("settings")] public TurnSettings? Settings { get; init; }
}

/// <summary>Other words in place of a user's message, which stays as a sibling.</summary>
[MessagePackObject]
public sealed record EditRequest
{
    /// <summary>The conversation.</summary>
    [Key("conversationId")] public required Guid ConversationId { get; init; }

    /// <summary>Chosen by the caller, as for a <see cref="SendRequest"/>.</summary>
    [Key("operationId")] public required Guid OperationId { get; init; }

    /// <summary>The user's message.</summary>
    [Key("messageId")] public required Guid MessageId { get; init; }

    /// <summary>What the person says instead; not empty.</summary>
    [Key("text")] public required string Text { get; init; }

    /// <summary>How the reply is made; null = as the conversation's settings say.</summary>
    [Key("settings")] public TurnSettings? Settings { get; init; }
}

/// <summary>Another reply in place of one, which stays as a sibling.</summary>
[MessagePackObject]
public sealed record RegenerateRequest
{
    /// <summary>The conversation.</summary>
    [Key("conversationId")] public required Guid ConversationId { get; init; }

    /// <summary>Chosen by the caller, as for a <see cref="SendRequest"/>.</summary>
    [Key("operationId")] public required Guid OperationId { get; init; }

    /// <summary>The assistant's message.</summary>
    [Key("messageId")] public required Guid MessageId { get; init; }

    /// <summary>How the reply is made; null = as the conversation's settings say.</summary>
    [Key("settings")] public TurnSettings? Settings { get; init; }
}

/// <summary>How a reply is made. What is null takes the server's default.</summary>
[MessagePackObject]
public sealed record TurnSettings
{
    /// <summary>0 = always the most probable token; at most 2.</summary>
    [Key("temperature")] public double? Temperature { get; init; }

    /// <summary>Choose among the k most probable tokens only; 0 = among all.</summary>
    [Key("topK")] public int? TopK { get; init; }

    /// <summary>Choose among the smallest set of tokens whose probability reaches p, in (0, 1]; 1 = among all.</summary>
    [Key("topP")] public double? TopP { get; init; }

    /// <summary>Equal seeds give equal replies to equal conversations; fresh for each turn unless given.</summary>
    [Key("seed")] public ulong? Seed { get; init; }

    /// <summary>Longest reply in tokens.</summary>
    [Key("maxTokens")] public int? MaxTokens { get; init; }

    /// <summary>Instructions in front of the conversation.</summary>
    [Key("systemPrompt")] public string? SystemPrompt { get; init; }

    /// <summary>How the reply is guessed ahead. It changes the speed, never the text.</summary>
    [Key("speculation")] public SpeculationSettings? Speculation { get; init; }

    /// <summary>Choose among the tokens at least p times as probable as the best, in [0, 1]; 0 = among all.</summary>
    [Key("minP")] public double? MinP { get; init; }

    /// <summary>Choose among the most typical tokens up to probability p, in (0, 1]; 1 = among all.</summary>
    [Key("typicalP")] public double? TypicalP { get; init; }

    /// <summary>More than 1 avoids tokens of prompt and reply, in (0, 100]; 1 does nothing.</summary>
    [Key("repetitionPenalty")] public double? RepetitionPenalty { get; init; }

    /// <summary>More than 0 avoids tokens of the reply, in [-2, 2].</summary>
    [Key("presencePenalty")] public double? PresencePenalty { get; init; }

    /// <summary>More than 0 avoids tokens that the reply holds often, in [-2, 2].</summary>
    [Key("frequencyPenalty")] public double? FrequencyPenalty { get; init; }

    /// <summary>Makes single tokens likelier or less likely; each token at most once.</summary>
    [Key("logitBias")] public IReadOnlyList<LogitBias>? LogitBias { get; init; }

    /// <summary>Shortest reply in tokens.</summary>
    [Key("minTokens")] public int? MinTokens { get; init; }

    /// <summary>The reply ends before the first of these texts.</summary>
    [Key("stop")] public IReadOnlyList<string>? Stop { get; init; }

    /// <summary>The reply ends with the first of these tokens, besides the model's own.</summary>
    [Key("stopTokens")] public IReadOnlyList<int>? StopTokens { get; init; }

    /// <summary>Go on behind the model's end-of-sequence tokens.</summary>
    [Key("ignoreEos")] public bool? IgnoreEos { get; init; }

    /// <summary>How many alternatives to tell with each token's log probability, 0 to 20; null = no log probabilities.</summary>
    [Key("topLogProbabilities")] public int? TopLogProbabilities { get; init; }

    /// <summary>What the text of the reply is held to, token by token; null = nothing.</summary>
    [Key("responseFormat")] public ResponseFormat? ResponseFormat { get; init; }
}

/// <summary>What the text of a reply is held to.</summary>
[MessagePackObject]
public sealed record ResponseFormat
{
    /// <summary><c>json</c> (an object, whatever it holds), <c>jsonSchema</c> or <c>regex</c>.</summary>
    [Key("type")] public required string Type { get; init; }

    /// <summary>The schema as JSON text, or the regular expression in ECMAScript's syntax.</summary>
    [Key("text")] public string Text { get; init; } = "";
}

/// <summary>Makes one token likelier or less likely.</summary>
[MessagePackObject]
public sealed record LogitBias
{
    /// <summary>The token.</summary>
    [Key("token")] public required int Token { get; init; }

    /// <summary>Added to its logit, in [-100, 100].</summary>
    [Key("bias")] public required double Bias { get; init; }
}

/// <summary>How a reply is guessed ahead.</summary>
[MessagePackObject]
public sealed record SpeculationSettings
{
    /// <summary><c>auto</c> (default) or <c>off</c>.</summary>
    [Key("mode")] public string Mode { get; init; } = "auto";

    /// <summary>Most draft nodes verified in one step; null = the server decides.</summary>
    [Key("maxNodes")] public int? MaxNodes { get; init; }
}

/// <summary>An accepted message: the reply is being written, read it with Resume from 0.</summary>
[MessagePackObject]
public sealed record SentMessage
{
    /// <summary>The turn that writes the reply.</summary>
    [Key("turnId")] public required Guid TurnId { get; init; }

    /// <summary>The user's message.</summary>
    [Key("userMessageId")] public required Guid UserMessageId { get; init; }

    /// <summary>The reply.</summary>
    [Key("assistantMessageId")] public required Guid AssistantMessageId { get; init; }
}
