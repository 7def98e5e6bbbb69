namespace NGrammys.Storage;

/// <summary>Names a conversation. Nobody reaches another tenant's or owner's conversation by knowing its id: the owner is part of the name.</summary>
/// <param name="Tenant">Organisation that shares nothing with others.</param>
/// <param name="Owner">Person within the tenant.</param>
/// <param name="Id">Unique among the owner's conversations, deleted ones included.</param>
public readonly record struct ConversationId(string Tenant, string Owner, Guid Id);
