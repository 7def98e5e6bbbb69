namespace NGrammys.Grains.Interfaces.Conversations;

/// <summary>Why a conversation refused something.</summary>
[GenerateSerializer, Alias("ngrammys.ConversationError")]
public enum ConversationError
{
    /// <summary>No such conversation, or not of this owner, or deleted.</summary>
    UnknownConversation,

    /// <summary>No such turn in this conversation.</summary>
    UnknownTurn,

    /// <summary>The request is wrong: empty text, a setting out of range.</summary>
    InvalidRequest,

    /// <summary>The operation id was used before with other content.</summary>
    Conflict,

    /// <summary>A reply is running in this conversation.</summary>
    Busy,

    /// <summary>The conversation does not fit the model's context.</summary>
    PromptTooLong,

    /// <summary>The server's queue is full; try again later.</summary>
    Overloaded,

    /// <summary>No engine or store can be reached now; try again later.</summary>
    Unavailable,

    /// <summary>Tools were given to a model whose template knows none.</summary>
    ToolsUnsupported,

    /// <summary>The key under which it was asked for has used its quota.</summary>
    RateLimited,

    /// <summary>No node serves the model now; what was said can be read, and another model may be chosen.</summary>
    ModelUnavailable,
}

/// <summary>A conversation refused something; the message is one line for the person.</summary>
[GenerateSerializer, Alias("ngrammys.ConversationException")]
public sealed class ConversationException : Exception
{
    /// <summary>Creates the refusal.</summary>
    public ConversationException(ConversationError error, string message) : base(message) => Error = error;

    /// <summary>What kind of refusal it is.</summary>
    [Id(0)] public ConversationError Error { get; }

    /// <summary>Whether it is the store that cannot be reached, with <see cref="ConversationError.Unavailable"/>.</summary>
    [Id(1)] public bool StoreAway { get; init; }

    /// <summary>Of a quota that is used up: which one, as <see cref="Quotas.QuotaAnswer.Exceeded"/> names it.</summary>
    [Id(2)] public string? Limit { get; init; }

    /// <summary>Of a quota that is used up: when there will be some again.</summary>
    [Id(3)] public TimeSpan? RetryAfter { get; init; }
}
