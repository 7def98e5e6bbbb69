namespace NGrammys.Storage.InMemory;

/// <summary>One conversation of an <see cref="InMemoryStore"/>, called under its lock.</summary>
internal sealed class InMemoryConversation(
    ConversationId id, Guid operation, string title, string settings, string? model, int number, TimeProvider time)
{
    private readonly DateTimeOffset _created = time.GetUtcNow();
    private readonly List<StoredMessage> _messages = [];
    private readonly List<InMemoryTurn> _turns = [];
    private string _title = title;
    private string _settings = settings;
    private string? _model = model;
    private Guid? _leaf;
    private bool _pinned;
    private Claim? _claim;

    public InMemoryConversation(ImportedConversation imported, Guid operation, int number, TimeProvider time)
        : this(imported.Header.Id, operation, imported.Header.Title, imported.Header.Settings, imported.Header.Model, number, time)
    {
        (_created, Updated, _leaf, _pinned) = (imported.Header.Created, imported.Header.Updated, imported.Header.Leaf, imported.Header.Pinned);
        _messages.AddRange(imported.Messages);
        _turns.AddRange(imported.Turns.Select(turn => new InMemoryTurn(turn)));
    }

    public ConversationId Id => id;

    public Guid Operation => operation;

    /// <summary>Order of creation: breaks ties of time.</summary>
    public int Number => number;

    public DateTimeOffset Updated { get; private set; } = time.GetUtcNow();

    public bool Deleted { get; private set; }

    public ConversationHeader Header => new()
    {
        Id = id,
        Title = _title,
        Settings = _settings,
        Created = _created,
        Updated = Updated,
        Leaf = _leaf,
        Pinned = _pinned,
        Model = _model,
        Running = _turns.Exists(t => t.Record.Ended is null),
    };

    /// <summary>When the oldest running turn began; null if none runs.</summary>
    public DateTimeOffset? RunningSince => _turns.Find(t => t.Record.Ended is null)?.Record.Began;

    public StoredConversation Load() => new(Header, [.. _messages], [.. _turns.Select(t => t.Record)]);

    public SearchHit? Find(SearchTerms terms) =>
        _messages.FindLast(m => terms.AreIn(m.Text)) is { } message ? new SearchHit(Header, message.Id, message.Text)
        : terms.AreIn(_title) ? new SearchHit(Header, null, _title)
        : null;

    public Claim Claim() => _claim = new Claim(id, (_claim?.Epoch ?? 0) + 1, Guid.NewGuid());

    public BeginTurnResult BeginTurn(Claim claim, NewTurn turn)
    {
        if (claim != _claim)
            return new BeginTurnResult(BeginTurnOutcome.Fenced);
        if (_turns.Find(t => t.Record.Operation == turn.Operation) is { } known)
        {
            return Repeats(known.Record, turn)
                ? new BeginTurnResult(BeginTurnOutcome.Repeated, known.Record)
                : new BeginTurnResult(BeginTurnOutcome.Conflict);
        }

        if (_turns.Exists(t => t.Record.Id == turn.Id) || _messages.Exists(m => m.Id == turn.Reply || m.Id == turn.Message?.Id))
            return new BeginTurnResult(BeginTurnOutcome.Conflict);
        if (turn.Parent is { } parent && Message(parent) is null)
            return new BeginTurnResult(BeginTurnOutcome.UnknownParent);

        Updated = time.GetUtcNow();
        if (turn.Message is { } message)
            Add(message.Id, turn.Parent, message.Role, message.Text, turn.Operation);
        Add(turn.Reply, turn.Message?.Id ?? turn.Parent, MessageRole.Assistant, "", turn.Operation);
        _leaf = turn.Reply;
        _turns.Add(new InMemoryTurn(turn, Updated));
        return new BeginTurnResult(BeginTurnOutcome.Begun, _turns[^1].Record);
    }

    public int? RaiseAttempt(Claim claim, Guid turn) =>
        claim == _claim && Turn(turn) is { Record.Ended: null } running ? running.RaiseAttempt() : null;

    public bool Change(ConversationChange change)
    {
        if (change.Leaf is { } leaf && Message(leaf) is null)
            return false;
        _title = change.Title ?? _title;
        _settings = change.Settings ?? _settings;
        _leaf = change.Leaf ?? _leaf;
        _pinned = change.Pinned ?? _pinned;
        _model = change.Model ?? _model;
        return true;
    }

    public void Delete()
    {
        Deleted = true;
        _title = _settings = "";
        _messages.Clear();
        _turns.Clear();
    }

    public AppendResult Append(TurnAppend append)
    {
        if (append.Claim != _claim)
            return new AppendResult(AppendOutcome.Fenced);
        if (Turn(append.Turn) is not { } turn)
            return new AppendResult(AppendOutcome.Deleted);

        var result = turn.Append(append, time.GetUtcNow(), out var ended);
        if (ended)
        {
            Updated = turn.Record.Ended!.Value;
            var reply = _messages.FindIndex(m => m.Id == turn.Record.Reply);
            _messages[reply] = _messages[reply] with { Text = append.End!.Text };
        }

        return result;
    }

    public IReadOnlyList<TranscriptRow> Read(Guid turn, int choice, int from) => Turn(turn)?.Read(choice, from) ?? [];

    public int[]? ReadPrompt(Guid turn) => Turn(turn)?.Prompt;

    private void Add(Guid message, Guid? parent, MessageRole role, string text, Guid by) =>
        _messages.Add(new StoredMessage { Id = message, Parent = parent, Role = role, Text = text, Created = Updated, Operation = by });

    private StoredMessage? Message(Guid? message) => _messages.Find(m => m.Id == message);

    private InMemoryTurn? Turn(Guid turn) => _turns.Find(t => t.Record.Id == turn);

    private bool Repeats(StoredTurn stored, NewTurn turn)
    {
        var parent = Message(Message(stored.Reply)!.Parent);
        return parent is not null && parent.Operation == stored.Operation
            ? turn.Message is { } message && (parent.Parent, parent.Role, parent.Text) == (turn.Parent, message.Role, message.Text)
            : turn.Message is null && parent?.Id == turn.Parent;
    }
}
