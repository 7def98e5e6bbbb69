using NGrammys.Grains.Interfaces.Conversations;

namespace NGrammys.WebFrontend.OpenAi.Responses;

/// <summary>Names a stored response: the conversation that it is part of and the turn that wrote it. Whose it is follows from who asks.</summary>
/// <param name="Conversation">The conversation.</param>
/// <param name="Turn">The turn.</param>
internal readonly record struct ResponseId(Guid Conversation, Guid Turn)
{
    private const string Prefix = "resp_";
    private const int GuidLength = 32;

    public override string ToString() => $"{Prefix}{Conversation:N}{Turn:N}";

    /// <summary>Reads an id.</summary>
    /// <param name="text">The id.</param>
    /// <param name="param">Parameter that holds it, null for the address.</param>
    /// <exception cref="ApiError">It is none of ours.</exception>
    public static ResponseId Parse(string text, string? param = null) =>
        text.Length == Prefix.Length + 2 * GuidLength && text.StartsWith(Prefix, StringComparison.Ordinal)
        && Guid.TryParseExact(text[Prefix.Length..^GuidLength], "N", out var conversation) && Guid.TryParseExact(text[^GuidLength..], "N", out var turn)
            ? new ResponseId(conversation, turn)
            : throw Unknown(param);

    public static ApiError Unknown(string? param = null) => ApiError.NotFound("There is no response of that id.", param, "response_not_found");

    public IConversationGrain Grain(IGrainFactory grains, Owner owner) =>
        grains.GetGrain<IConversationGrain>(new ConversationKey(owner, Conversation).ToString());
}
