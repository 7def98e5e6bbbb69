using System.Text.Json;
using System.Text.Json.Serialization;

namespace NGrammys.Grains.Export;

/// <summary>One line of an exported conversation: the first says what the file is and holds the conversation, each other a message or a turn.</summary>
internal sealed record FileLine
{
    public string? Format { get; init; }
    public int? Version { get; init; }
    public FileConversation? Conversation { get; init; }
    public FileMessage? Message { get; init; }
    public FileTurn? Turn { get; init; }
}

/// <summary>The conversation itself.</summary>
internal sealed record FileConversation
{
    public required string Title { get; init; }
    public required JsonElement Settings { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public bool Pinned { get; init; }

    /// <summary>Name of the model that it is held with; absent where nobody has chosen one.</summary>
    public string? Model { get; init; }

    /// <summary>Last message of the branch that is shown.</summary>
    public Guid? SelectedMessage { get; init; }
}

/// <summary>A message; its parent stands before it.</summary>
internal sealed record FileMessage
{
    public required Guid Id { get; init; }
    public Guid? Parent { get; init; }

    /// <summary>system, user, assistant or tool.</summary>
    public required string Role { get; init; }

    public required string Text { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>How a reply was made; its message stands before it.</summary>
internal sealed record FileTurn
{
    /// <summary>The assistant's message.</summary>
    public required Guid Message { get; init; }

    /// <summary>Sampling and stop settings, resolved.</summary>
    public required JsonElement Settings { get; init; }

    /// <summary>As text: many programs round numbers of that size.</summary>
    [JsonNumberHandling(JsonNumberHandling.WriteAsString | JsonNumberHandling.AllowReadingFromString)]
    public required ulong Seed { get; init; }

    /// <summary>Of model, tokenizer and arithmetic.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Token ids that the reply answers. Absent in files that were written before there was such a thing.</summary>
    public FilePrompt? Prompt { get; init; }

    public int Choices { get; init; } = 1;
    public required DateTimeOffset BeganAt { get; init; }
    public required DateTimeOffset EndedAt { get; init; }
    public required string Finish { get; init; }
    public string? Error { get; init; }
    public required JsonElement Statistics { get; init; }

    /// <summary>Steps of all choices, each choice in order.</summary>
    public FileStep[] Steps { get; init; } = [];
}

/// <summary>A prompt. Those of a conversation begin alike, and whole they would fill the file.</summary>
internal sealed record FilePrompt
{
    /// <summary>How many ids come first that the turn before this one in the file begins with: with its prompt and the tokens of its choice 0.</summary>
    public int Shared { get; init; }

    /// <summary>The ids behind them.</summary>
    public required int[] Tokens { get; init; }
}

/// <summary>The tokens of one step.</summary>
internal sealed record FileStep
{
    public int Choice { get; init; }

    /// <summary>Of the first token.</summary>
    public required int Position { get; init; }

    public required int Step { get; init; }
    public required int[] Tokens { get; init; }

    /// <summary>A number per token, as in the wire protocol.</summary>
    public required int[] Sources { get; init; }

    public required float[] Survival { get; init; }
    public int Drafted { get; init; }

    /// <summary>Where the text begins in the reply, in UTF-16 units.</summary>
    public required int TextOffset { get; init; }

    public required string Text { get; init; }
}
