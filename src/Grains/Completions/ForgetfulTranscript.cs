using NGrammys.Storage;

namespace NGrammys.Grains.Completions;

/// <summary>A transcript that keeps nothing: what a request shows that asked not to be stored is durable enough once it is made.</summary>
internal sealed class ForgetfulTranscript : ITranscriptStore
{
    public Task<AppendResult> AppendAsync(TurnAppend append) => Task.FromResult(new AppendResult(AppendOutcome.Appended));

    public Task<IReadOnlyList<TranscriptRow>> ReadAsync(ConversationId id, Guid turn, int choice, int from) =>
        Task.FromResult<IReadOnlyList<TranscriptRow>>([]);

    public Task<int[]?> ReadPromptAsync(ConversationId id, Guid turn) => Task.FromResult<int[]?>(null);
}
