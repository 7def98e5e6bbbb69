using NGrammys.Storage.InMemory;

namespace NGrammys.Storage.Tests.InMemory;

internal sealed class InMemoryUnderTest : StoreUnderTest
{
    private readonly InMemoryStore _store;

    public InMemoryUnderTest() => _store = new InMemoryStore(Time);

    public override IConversationStore Conversations => _store;

    public override ITranscriptStore Transcript => _store;

    public override IQuotaStore Quotas => _store;

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
