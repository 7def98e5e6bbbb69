namespace NGrammys.Storage.InMemory;

/// <summary>One turn of an <see cref="InMemoryConversation"/> and its transcript.</summary>
internal sealed class InMemoryTurn(NewTurn turn, DateTimeOffset began)
{
    private readonly SortedDictionary<(int Choice, int Position), TranscriptRow> _rows = [];
    private Dictionary<int, int> _heads = [];
    private int _attemptedFrom;

    public InMemoryTurn(ImportedTurn imported) : this(imported.Beginning, imported.Turn.Began)
    {
        Record = imported.Turn;
        foreach (var row in imported.Rows)
            _rows.Add((row.Choice, row.Position), row);
    }

    public int[] Prompt => turn.Prompt;

    public StoredTurn Record { get; private set; } = new()
    {
        Id = turn.Id,
        Operation = turn.Operation,
        Reply = turn.Reply,
        Settings = turn.Settings,
        Seed = turn.Seed,
        Fingerprint = turn.Fingerprint,
        Choices = turn.Choices,
        Attempts = 1,
        Began = began,
    };

    public int RaiseAttempt()
    {
        var head = _heads.Values.DefaultIfEmpty().Max();
        Record = Record with { Attempts = head - _attemptedFrom >= StoredTurn.Progress ? 2 : Record.Attempts + 1 };
        _attemptedFrom = head;
        return Record.Attempts;
    }

    public AppendResult Append(TurnAppend append, DateTimeOffset now, out bool ended)
    {
        ended = false;
        if (Record.Ended is not null)
        {
            var repeated = append.Rows.All(IsStored) && (append.End is null || append.End == Record.End);
            return new AppendResult(repeated ? AppendOutcome.Appended : AppendOutcome.Ended);
        }

        var heads = new Dictionary<int, int>(_heads);
        var fresh = new List<TranscriptRow>();
        foreach (var row in append.Rows)
        {
            var head = heads.GetValueOrDefault(row.Choice);
            if (row.Position == head)
            {
                fresh.Add(row);
                heads[row.Choice] = row.Next;
            }
            else if (!IsStored(row))
            {
                return new AppendResult(AppendOutcome.OutOfOrder, row.Choice, head);
            }
        }

        foreach (var row in fresh)
            _rows.Add((row.Choice, row.Position), row);
        _heads = heads;
        ended = append.End is not null;
        if (ended)
            Record = Record with { Ended = now, End = append.End };
        return new AppendResult(AppendOutcome.Appended);
    }

    public IReadOnlyList<TranscriptRow> Read(int choice, int from) => [.. _rows.Values.Where(r => r.Choice == choice && r.Next > from)];

    private bool IsStored(TranscriptRow row) => _rows.TryGetValue((row.Choice, row.Position), out var stored) && row.Repeats(stored);
}
