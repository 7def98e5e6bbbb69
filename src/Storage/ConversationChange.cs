namespace NGrammys.Storage;

/// <summary>What a person changes in a conversation's header; null leaves a part as it is.</summary>
/// <param name="Title">New title.</param>
/// <param name="Settings">New settings, a JSON object.</param>
/// <param name="Leaf">Last message of the branch that is selected from now on.</param>
/// <param name="Pinned">Whether it stands before the others in lists.</param>
/// <param name="Model">Name of the model that the conversation is held with from now on.</param>
public sealed record ConversationChange(string? Title = null, string? Settings = null, Guid? Leaf = null, bool? Pinned = null, string? Model = null);
