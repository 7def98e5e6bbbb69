namespace NGrammys.Storage;

/// <summary>Conversations: headers, trees of messages, turn records.</summary>
/// <remarks>
/// A write is durable when its task completes, and a read that begins then sees it. An activation claims first and loads second: what it
/// then sees is final, since the writer before it is fenced. Deleted and unknown conversations look alike, as do those of another tenant or owner.
/// Safe for concurrent callers. All methods throw <see cref="StorageException"/> when the store fails: the outcome of that write is then unknown,
/// and doing it again is right.
/// </remarks>
public interface IConversationStore
{
    /// <summary>Creates a conversation, once per operation.</summary>
    /// <param name="id">Its name, with a fresh id.</param>
    /// <param name="operation">The caller's operation.</param>
    /// <param name="title">Title in the list.</param>
    /// <param name="settings">Settings, a JSON object.</param>
    /// <param name="model">Name of the model that it is held with; null = none is chosen.</param>
    Task<CreateResult> CreateAsync(ConversationId id, Guid operation, string title, string settings, string? model = null);

    /// <summary>Adds a conversation with everything in it, in one write, once per operation; its id must be fresh.</summary>
    Task<CreateResult> ImportAsync(ImportedConversation conversation, Guid operation);

    /// <summary>An owner's conversations, pinned ones before others and the last updated first, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<ConversationHeader>> ListAsync(string tenant, string owner, int limit);

    /// <summary>
    /// An owner's conversations whose title or messages hold what is looked for, the last updated first. The text of a reply is found once it has ended.
    /// </summary>
    /// <param name="tenant">The owner's tenant.</param>
    /// <param name="owner">The owner.</param>
    /// <param name="terms">What is looked for.</param>
    /// <param name="after">The conversation behind which the answer begins: the last one of the page before; null for the first page.</param>
    /// <param name="limit">Most conversations in the answer.</param>
    Task<IReadOnlyList<SearchHit>> SearchAsync(string tenant, string owner, SearchTerms terms, Guid? after, int limit);

    /// <summary>Conversations of all owners whose reply has not ended, the longest running first, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<ConversationId>> ListUnfinishedAsync(int limit);

    /// <summary>Conversations of all owners that no turn has touched since <paramref name="before"/>, the oldest first, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<ConversationId>> ListUntouchedAsync(DateTimeOffset before, int limit);

    /// <summary>A conversation without what was said; null if there is none.</summary>
    Task<ConversationHeader?> ReadHeaderAsync(ConversationId id);

    /// <summary>A conversation with all its messages and turns; null if there is none.</summary>
    Task<StoredConversation?> LoadAsync(ConversationId id);

    /// <summary>Takes the conversation over from whoever had claimed it before; null if there is none.</summary>
    Task<Claim?> ClaimAsync(ConversationId id);

    /// <summary>Adds messages and turn record in one write, once per operation, and selects the branch of the reply.</summary>
    Task<BeginTurnResult> BeginTurnAsync(Claim claim, NewTurn turn);

    /// <summary>
    /// Counts one more attempt of a running turn, before its generation is continued: a turn that fails node after node is recognised by it.
    /// Returns the <see cref="StoredTurn.Attempts"/> so far; null if the claim is lost, or the turn has ended or is no more.
    /// </summary>
    Task<int?> RaiseAttemptAsync(Claim claim, Guid turn);

    /// <summary>Changes what a person may change at any time, whoever has claimed the conversation; false if it or the message to select is unknown.</summary>
    Task<bool> ChangeAsync(ConversationId id, ConversationChange change);

    /// <summary>
    /// Removes all that was said, in messages, turns and transcript, and leaves a tombstone, so that no late write revives it. False if it is unknown;
    /// true again for a deleted one.
    /// </summary>
    Task<bool> DeleteAsync(ConversationId id);
}
