namespace NGrammys.Storage;

/// <summary>The append-only log of tokens. The remarks on <see cref="IConversationStore"/> hold for it too.</summary>
public interface ITranscriptStore
{
    /// <summary>
    /// Appends to one turn. The rows must continue their choices or repeat what is stored; the claim must be the conversation's last.
    /// Appends of many conversations that arrive together share a commit, and none of them depends on another's outcome.
    /// </summary>
    Task<AppendResult> AppendAsync(TurnAppend append);

    /// <summary>The rows of a choice from the one that holds position <paramref name="from"/> on; empty if the choice is not that long or is unknown.</summary>
    Task<IReadOnlyList<TranscriptRow>> ReadAsync(ConversationId id, Guid turn, int choice, int from);

    /// <summary>Token ids of the prompt with which a turn began; null if the turn is unknown.</summary>
    Task<int[]?> ReadPromptAsync(ConversationId id, Guid turn);
}
