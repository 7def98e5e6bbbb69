namespace NGrammys.Client.Protocol;

/// <summary>The codes of refusals. On the wire a refusal is a hub error whose message is <c>code: one line for the person</c>.</summary>
public static class RefusalCode
{
    /// <summary>No such conversation, or not the caller's, or deleted.</summary>
    public const string UnknownConversation = "unknown_conversation";

    /// <summary>No such turn in this conversation.</summary>
    public const string UnknownTurn = "unknown_turn";

    /// <summary>The request is wrong: empty text, a setting out of range.</summary>
    public const string InvalidRequest = "invalid_request";

    /// <summary>The operation id was used before with other content.</summary>
    public const string Conflict = "conflict";

    /// <summary>A reply is running already.</summary>
    public const string Busy = "busy";

    /// <summary>The conversation does not fit the model's context.</summary>
    public const string PromptTooLong = "prompt_too_long";

    /// <summary>The server's queue is full; try again later.</summary>
    public const string Overloaded = "overloaded";

    /// <summary>The key has used its quota; the line says when to try again.</summary>
    public const string RateLimited = "rate_limited";

    /// <summary>The server, or what it needs, cannot be reached now; try again later.</summary>
    public const string Unavailable = "unavailable";

    /// <summary>Nobody serves the model now; what was said can be read, and another model may be chosen.</summary>
    public const string ModelUnavailable = "model_unavailable";

    /// <summary>The key is wrong or was revoked, or nobody is signed in.</summary>
    public const string Unauthorized = "unauthorized";

    /// <summary>A mistake of the server's own; its log says more.</summary>
    public const string Internal = "internal";
}
