using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Storage;
using NGrammys.TestSupport;

namespace NGrammys.Grains.Tests.Hosting;

/// <summary>A conversation as a frontend drives it.</summary>
internal sealed class Chat(GrainCluster cluster, string tenant)
{
    /// <summary>A tenant that has opted in to shared n-grams.</summary>
    public const string SharingTenant = "sharing";

    private readonly ConversationKey _key = new(new Owner(tenant, "user"), Guid.NewGuid());

    public IConversationGrain Grain => GrainOf(_key);

    public ConversationId Id => new(_key.Owner.Tenant, _key.Owner.User, _key.Conversation);

    public static async Task<Chat> CreateAsync(GrainCluster cluster, string tenant = "tenant", string? model = null)
    {
        CallModel.Set(model);
        var chat = new Chat(cluster, tenant);
        await chat.Grain.Create(Guid.NewGuid(), null);
        return chat;
    }

    /// <summary>The conversation of the same id under another owner's name.</summary>
    public IConversationGrain GrainOf(Owner owner) => GrainOf(_key with { Owner = owner });

    public Task<TurnHandle> SendAsync(string text, TurnSettings? settings = null, Guid? parent = null, Guid? operation = null) => Grain.Send(new SendRequest
    {
        OperationId = operation ?? Guid.NewGuid(),
        Parent = parent,
        Text = text,
        Settings = settings ?? new TurnSettings(),
    });

    /// <summary>Sends, and reads the reply to its end.</summary>
    public async Task<Reader> AskAsync(string text, TurnSettings? settings = null)
    {
        var reader = Read((await SendAsync(text, settings)).Turn);
        await reader.ReadToEndAsync();
        return reader;
    }

    public Reader Read(Guid turn) => new(Grain, turn);

    public Task DeactivateAsync() => cluster.DeactivateAsync(Grain);

    private IConversationGrain GrainOf(ConversationKey key) => cluster.Grains.GetGrain<IConversationGrain>(key.ToString());
}
