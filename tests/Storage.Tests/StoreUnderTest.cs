using Microsoft.Extensions.Time.Testing;

namespace NGrammys.Storage.Tests;

/// <summary>A fresh store for one test, and the clock that it reads.</summary>
public abstract class StoreUnderTest : IAsyncDisposable
{
    public FakeTimeProvider Time { get; } = new(DateTimeOffset.UnixEpoch.AddYears(56));

    public abstract IConversationStore Conversations { get; }

    public abstract ITranscriptStore Transcript { get; }

    public abstract IQuotaStore Quotas { get; }

    /// <summary>Makes it ready; a test whose server is not installed is skipped here.</summary>
    public virtual ValueTask OpenAsync() => ValueTask.CompletedTask;

    public abstract ValueTask DisposeAsync();
}
