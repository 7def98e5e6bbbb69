namespace NGrammys.Storage;

/// <summary>A turn as it stands: one reply of the model, running or ended. Its prompt and tokens are read from <see cref="ITranscriptStore"/>.</summary>
public sealed record StoredTurn
{
    /// <summary>Unique in the conversation.</summary>
    public required Guid Id { get; init; }

    /// <summary>The operation that began it.</summary>
    public required Guid Operation { get; init; }

    /// <summary>The model's message. A message has one turn: another try is a sibling.</summary>
    public required Guid Reply { get; init; }

    /// <summary>Resolved sampling and stop settings as a JSON object.</summary>
    public required string Settings { get; init; }

    /// <summary>Key of the noise.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Model, tokenizer and dtype that the prompt and the tokens belong to.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Number of alternatives.</summary>
    public required int Choices { get; init; }

    /// <summary>
    /// How often generation was started since it last got ahead: 1, and one more for each continuation. One that went on for <see cref="Progress"/>
    /// tokens before it was interrupted is as good as a first.
    /// </summary>
    public required int Attempts { get; init; }

    /// <summary>Tokens that tell an attempt that was interrupted from one that failed: a prompt that brings down its engine says next to nothing.</summary>
    internal const int Progress = 32;

    /// <summary>When it began.</summary>
    public required DateTimeOffset Began { get; init; }

    /// <summary>When it ended; null while it runs.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>How it ended; null while it runs.</summary>
    public StoredEnd? End { get; init; }
}

/// <summary>The end of a turn; it commits with the turn's last tokens.</summary>
public sealed record StoredEnd
{
    /// <summary>Why it ended: a word of the caller, such as stop, length, cancelled or error.</summary>
    public required string Finish { get; init; }

    /// <summary>What the model's message says from now on: the text of choice 0.</summary>
    public required string Text { get; init; }

    /// <summary>What went wrong, for the person to read; null if nothing did.</summary>
    public string? Error { get; init; }

    /// <summary>Usage and statistics as a JSON object; opaque to the store.</summary>
    public string Statistics { get; init; } = "{}";
}
