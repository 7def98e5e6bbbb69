using MessagePack;

namespace NGrammys.Client.Protocol;

/// <summary>Asks for a reply that belongs to no conversation and is not kept.</summary>
[MessagePackObject]
public sealed record TryRequest
{
    /// <summary>What was said so far, the first first; the last is the user's.</summary>
    [Key("messages")] public required IReadOnlyList<SaidMessage> Messages { get; init; }

    /// <summary>How the reply is made; null = as the server does by default.</summary>
    [Key("settings")] public TurnSettings? Settings { get; init; }

    /// <summary>Name of the model that answers; null = the first that is served.</summary>
    [Key("model")] public string? Model { get; init; }
}

/// <summary>A message that belongs to no conversation.</summary>
[MessagePackObject]
public sealed record SaidMessage
{
    /// <summary><c>user</c> or <c>assistant</c>.</summary>
    [Key("role")] public required string Role { get; init; }

    /// <summary>What was said.</summary>
    [Key("text")] public required string Text { get; init; }
}
