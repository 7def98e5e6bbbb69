using NGrammys.Grains.Interfaces.Completions;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Tests.Hosting;
using NGrammys.TestSupport;

namespace NGrammys.Grains.Tests.Conversations;

/// <summary>The silo's own look at who calls: a frontend that composed a wrong key gets nothing.</summary>
public sealed class OwnerCheckTests : IAsyncLifetime
{
    private static readonly Owner Ann = new("acme", "ann"), Bob = new("acme", "bob");

    private readonly GrainCluster _cluster = new(TimeProvider.System, ownerCheck: true);

    public ValueTask InitializeAsync() => _cluster.InitializeAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Owner_is_served_and_nobody_else_is()
    {
        var key = new ConversationKey(Ann, Guid.NewGuid()).ToString();
        var conversation = _cluster.Grains.GetGrain<IConversationGrain>(key);
        await RefusedAsync(() => conversation.Create(Guid.NewGuid(), "secret"));

        CallOwner.Set(Bob);
        await RefusedAsync(() => conversation.Create(Guid.NewGuid(), "secret"));
        await RefusedAsync(() => _cluster.Grains.GetGrain<IUserGrain>(Ann.ToString()).List());
        await RefusedAsync(() => _cluster.Grains.GetGrain<ICompletionGrain>(key).Forget());

        CallOwner.Set(Ann);
        Assert.Equal("secret", (await conversation.Create(Guid.NewGuid(), "secret").For("the conversation")).Title);
        Assert.Single(await _cluster.Grains.GetGrain<IUserGrain>(Ann.ToString()).List().For("the list"));
        var turn = await conversation.Send(new SendRequest { OperationId = Guid.NewGuid(), Text = "hello" }).For("the turn");

        CallOwner.Set(Bob);
        await RefusedAsync(() => conversation.Get());
        await RefusedAsync(async () =>
        {
            await foreach (var _ in conversation.Stream(turn.Turn, 0, 0)) Assert.Fail("somebody else reads along");
        });
    }

    private static async Task RefusedAsync(Func<Task> call) =>
        Assert.Equal(ConversationError.UnknownConversation, (await Assert.ThrowsAsync<ConversationException>(() => call().For("a refusal"))).Error);
}
