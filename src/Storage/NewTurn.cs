namespace NGrammys.Storage;

/// <summary>The turn record: everything that a continuation must not derive again. It is written before the first token.</summary>
public sealed record NewTurn
{
    /// <summary>Fresh id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The caller's operation: a repeated one with equal <see cref="Parent"/> and message is answered with the turn that it began.</summary>
    public required Guid Operation { get; init; }

    /// <summary>The stored message under which this turn's messages are hung; null starts a branch at the root.</summary>
    public required Guid? Parent { get; init; }

    /// <summary>What is said to the model; null when it shall answer <see cref="Parent"/> anew.</summary>
    public NewMessage? Message { get; init; }

    /// <summary>Fresh id of the model's message: child of <see cref="Message"/>, or of <see cref="Parent"/> without one.</summary>
    public required Guid Reply { get; init; }

    /// <summary>Token ids of the rendered prompt.</summary>
    public required int[] Prompt { get; init; }

    /// <summary>Resolved sampling and stop settings as a JSON object; opaque to the store.</summary>
    public required string Settings { get; init; }

    /// <summary>Key of the noise.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Model, tokenizer and dtype: the turn is continued only where it is equal.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Number of alternatives that are generated.</summary>
    public int Choices { get; init; } = 1;
}
