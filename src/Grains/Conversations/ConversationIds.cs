using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Storage;

namespace NGrammys.Grains.Conversations;

/// <summary>From what grains are called by to what stores are asked by.</summary>
internal static class ConversationIds
{
    public static ConversationId Id(this ConversationKey key) => new(key.Owner.Tenant, key.Owner.User, key.Conversation);
}
