using NGrammys.Grains.Interfaces.Conversations;

namespace NGrammys.Grains.Interfaces.Completions;

/// <summary>A request that stands alone.</summary>
[GenerateSerializer, Immutable, Alias("ngrammys.CompletionRequest")]
public sealed record CompletionRequest
{
    [Id(0)] public required CompletionPrompt Prompt { get; init; }

    /// <summary>How many alternatives are written, at least 1.</summary>
    [Id(1)] public int Choices { get; init; } = 1;

    [Id(2)] public TurnSettings Settings { get; init; } = new();
}

/// <summary>What the model reads: exactly one of messages, text and ids.</summary>
[GenerateSerializer, Immutable, Alias("ngrammys.CompletionPrompt")]
public sealed record CompletionPrompt
{
    /// <summary>A JSON array of messages, in the form that chat templates read.</summary>
    [Id(0)] public string? Messages { get; init; }

    /// <summary>A JSON array of tools for the template; null = none.</summary>
    [Id(1)] public string? Tools { get; init; }

    /// <summary>A JSON object of further variables for the template; null = none.</summary>
    [Id(2)] public string? Variables { get; init; }

    /// <summary>Plain text, to be continued. Special tokens in it are plain text, too.</summary>
    [Id(3)] public string? Text { get; init; }

    /// <summary>Token ids, to be continued.</summary>
    [Id(4)] public int[]? Ids { get; init; }
}

/// <summary>A request that was taken.</summary>
[GenerateSerializer, Immutable, Alias("ngrammys.CompletionHandle")]
public sealed record CompletionHandle
{
    /// <summary>Tokens of the prompt.</summary>
    [Id(0)] public required int PromptTokens { get; init; }

    /// <summary>Model, tokenizer and arithmetic: equal seeds give equal replies only where it is equal.</summary>
    [Id(1)] public required string Fingerprint { get; init; }

    /// <summary>Tokens that end a reply and are no part of its text.</summary>
    [Id(3)] public required int[] StopTokens { get; init; }

    /// <summary>The prompt as text, where it came as ids.</summary>
    [Id(2)] public string? PromptText { get; init; }
}
