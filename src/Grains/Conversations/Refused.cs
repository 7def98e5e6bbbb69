using NGrammys.Grains.Interfaces.Conversations;

namespace NGrammys.Grains.Conversations;

/// <summary>The refusals that conversations have in common.</summary>
internal static class Refused
{
    /// <summary>There is no such conversation: it never was, is deleted, or is another's.</summary>
    public static ConversationException Unknown(Guid conversation) =>
        new(ConversationError.UnknownConversation, $"There is no conversation {conversation}.");

    public static ConversationException NotHere(Guid? message) =>
        new(ConversationError.InvalidRequest, $"Message {message} is not part of this conversation, or not one that this can be done with.");

    public static ConversationException Busy() => new(ConversationError.Busy, "A reply is running; wait for its end or stop it.");

    /// <summary>Only its model can do that.</summary>
    public static ConversationException NotServed(string model) =>
        new(ConversationError.ModelUnavailable, $"No node serves {model} now. Wait until one does, or choose another model.");

    /// <summary>Nothing of it is stored.</summary>
    public static ConversationException Overloaded() => new(ConversationError.Overloaded, "So many replies are waiting that no more are taken now; try again later.");

    /// <summary>Another activation has it, or will.</summary>
    public static ConversationException Moved() => new(ConversationError.Unavailable, "The conversation has moved; ask again.");
}
