namespace NGrammys.Storage;

/// <summary>A conversation in which something was found.</summary>
/// <param name="Conversation">The conversation.</param>
/// <param name="Message">The latest message that holds what was looked for, on whatever branch; null where only the title does.</param>
/// <param name="Text">The whole text of that message, or the title.</param>
public sealed record SearchHit(ConversationHeader Conversation, Guid? Message, string Text);
