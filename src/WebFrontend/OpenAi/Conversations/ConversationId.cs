using NGrammys.Grains.Interfaces.Conversations;

namespace NGrammys.WebFrontend.OpenAi.Conversations;

/// <summary>How conversations and their messages are named in the API.</summary>
internal static class ConversationId
{
    private const string Prefix = "conv_";
    private const string MessagePrefix = "msg_";

    public static string Of(Guid conversation) => $"{Prefix}{conversation:N}";

    public static string OfMessage(Guid message) => $"{MessagePrefix}{message:N}";

    /// <summary>Reads an id.</summary>
    /// <exception cref="ApiError">It is none of ours.</exception>
    public static Guid Parse(string text, string? param = null) =>
        text.StartsWith(Prefix, StringComparison.Ordinal) && Guid.TryParseExact(text[Prefix.Length..], "N", out var id)
            ? id : throw ApiError.NotFound("There is no conversation of that id.", param, "conversation_not_found");

    /// <summary>Reads the id of a message; null if it is none.</summary>
    public static Guid? ParseMessage(string text) =>
        text.StartsWith(MessagePrefix, StringComparison.Ordinal) && Guid.TryParseExact(text[MessagePrefix.Length..], "N", out var id) ? id : null;

    public static IConversationGrain Grain(IGrainFactory grains, Owner owner, Guid conversation) =>
        grains.GetGrain<IConversationGrain>(new ConversationKey(owner, conversation).ToString());
}
