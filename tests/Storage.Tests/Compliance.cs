namespace NGrammys.Storage.Tests;

/// <summary>What every store must do is tested by the classes derived from this; a class derived from those names the store.</summary>
public abstract class Compliance(StoreUnderTest store) : IAsyncLifetime
{
    protected StoreUnderTest Store => store;

    protected IConversationStore Conversations => store.Conversations;

    protected ITranscriptStore Transcript => store.Transcript;

    protected IQuotaStore Quotas => store.Quotas;

    public ValueTask InitializeAsync() => store.OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected async Task<Claim> CreateAndClaimAsync()
    {
        var id = Sample.Conversation();
        await Conversations.CreateAsync(id, Guid.NewGuid(), "Title", "{}");
        return (await Conversations.ClaimAsync(id))!;
    }

    protected async Task<NewTurn> BeginAsync(Claim claim, NewTurn? turn = null)
    {
        turn ??= Sample.Turn();
        Assert.Equal(BeginTurnOutcome.Begun, (await Conversations.BeginTurnAsync(claim, turn)).Outcome);
        return turn;
    }

    protected async Task<StoredConversation> LoadAsync(Claim claim)
    {
        var loaded = await Conversations.LoadAsync(claim.Conversation);
        Assert.NotNull(loaded);
        return loaded;
    }
}
