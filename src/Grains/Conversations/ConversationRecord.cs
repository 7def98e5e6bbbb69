using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Storage;

namespace NGrammys.Grains.Conversations;

/// <summary>What is stored of one conversation, and the right to write it. A store that fails becomes a refusal for the person.</summary>
/// <remarks>Used on the conversation's activation.</remarks>
internal sealed class ConversationRecord(IConversationStore conversations, ITranscriptStore transcript, ConversationId id)
{
    // Whether it is known that there is such a conversation, or none.
    private bool _looked;

    public ConversationId Id => id;

    /// <summary>The claim of this activation; null while there is no such conversation.</summary>
    public Claim? Claim { get; private set; }

    /// <summary>Name of the model that it is held with, as last read; null where nobody has chosen one.</summary>
    public string? Model { get; private set; }

    /// <summary>Takes the conversation over; whoever had it is fenced off. Does nothing where there is none.</summary>
    public async Task ClaimAsync()
    {
        Claim = await Guarded(() => conversations.ClaimAsync(id));
        _looked = true;
    }

    public Task<CreateResult> CreateAsync(Guid operation, string title, string? model) =>
        Guarded(() => conversations.CreateAsync(id, operation, title, "{}", model));

    public Task<CreateResult> ImportAsync(Guid operation, ImportedConversation conversation) =>
        Guarded(() => conversations.ImportAsync(conversation, operation));

    /// <summary>The conversation without what was said; null if there is none.</summary>
    public async Task<ConversationHeader?> HeaderAsync()
    {
        var header = await Guarded(() => conversations.ReadHeaderAsync(id));
        Model = header?.Model;
        return header;
    }

    /// <summary>The conversation as it stands.</summary>
    /// <exception cref="ConversationException">There is none, or this activation has not been able to look.</exception>
    public async Task<StoredConversation> LoadAsync()
    {
        if (!_looked) throw Refused.Moved();
        var stored = Claim is null ? null : await Guarded(() => conversations.LoadAsync(id));
        if (stored is null) throw Refused.Unknown(id.Id);
        Model = stored.Header.Model;
        return stored;
    }

    /// <summary>One turn of it.</summary>
    /// <exception cref="ConversationException">There is none.</exception>
    public async Task<StoredTurn> FindAsync(Guid turn) => (await LoadAsync()).Turns.FirstOrDefault(t => t.Id == turn)
        ?? throw new ConversationException(ConversationError.UnknownTurn, $"There is no turn {turn} in this conversation.");

    /// <summary>Changes its header.</summary>
    /// <exception cref="ConversationException">There is no such conversation.</exception>
    public async Task ChangeAsync(ConversationChange change)
    {
        if (!await Guarded(() => conversations.ChangeAsync(id, change))) throw Refused.Unknown(id.Id);
        Model = change.Model ?? Model;
    }

    /// <summary>Removes all of it but a tombstone.</summary>
    /// <exception cref="ConversationException">There was no such conversation.</exception>
    public async Task DeleteAsync()
    {
        if (!await Guarded(() => conversations.DeleteAsync(id))) throw Refused.Unknown(id.Id);
    }

    /// <summary>Begins a turn, now or before by the same operation.</summary>
    /// <exception cref="ConversationException">It cannot begin. Where the refusal is <see cref="ConversationError.Unavailable"/> nobody knows whether it has.</exception>
    public async Task<BeginTurnResult> BeginAsync(NewTurn turn)
    {
        var result = await Guarded(() => conversations.BeginTurnAsync(Claim!, turn));
        return result.Outcome switch
        {
            BeginTurnOutcome.Begun or BeginTurnOutcome.Repeated => result,
            BeginTurnOutcome.Conflict => throw new ConversationException(ConversationError.Conflict, "This operation id stands for another message; take a fresh one."),
            BeginTurnOutcome.UnknownParent => throw Refused.NotHere(turn.Parent),
            BeginTurnOutcome.Fenced => throw Refused.Moved(),
            _ => throw Refused.Unknown(id.Id),
        };
    }

    /// <summary>Counts one more attempt of a turn; null if it is not this activation's to go on with.</summary>
    public Task<int?> RaiseAttemptAsync(Guid turn) => Guarded(() => conversations.RaiseAttemptAsync(Claim!, turn));

    /// <summary>Ends a turn that nobody runs.</summary>
    public Task EndAsync(Guid turn, StoredEnd end) => Guarded(() => transcript.AppendAsync(new TurnAppend(Claim!, turn, [], end)));

    public Task<IReadOnlyList<TranscriptRow>> RowsAsync(Guid turn, int choice = 0) => Guarded(() => transcript.ReadAsync(id, turn, choice, 0));

    /// <summary>Those of all choices of a turn.</summary>
    public async Task<IReadOnlyList<TranscriptRow>> RowsAsync(StoredTurn turn)
    {
        var rows = new List<TranscriptRow>();
        for (var choice = 0; choice < turn.Choices; choice++) rows.AddRange(await RowsAsync(turn.Id, choice));
        return rows;
    }

    /// <summary>All ids of a turn: what it answers, and what its first choice has said.</summary>
    public async Task<int[]> IdsAsync(Guid turn) => [.. await PromptAsync(turn), .. (await RowsAsync(turn)).SelectMany(row => row.Tokens)];

    public async Task<int[]> PromptAsync(Guid turn) => await Guarded(() => transcript.ReadPromptAsync(id, turn)) ?? [];

    /// <summary>Asks a store; its failure is a refusal.</summary>
    public static async Task<T> Guarded<T>(Func<Task<T>> operation)
    {
        try
        {
            return await operation();
        }
        catch (StorageException e)
        {
            throw new ConversationException(ConversationError.Unavailable, e.Message) { StoreAway = true };
        }
    }
}
