namespace NGrammys.Storage.Sqlite;

/// <summary>The two writes of which a turn consists: its beginning and its appends. They decide first and write then, so that a refusal leaves no trace.</summary>
internal static class TurnWriter
{
    public static BeginTurnResult Begin(SqliteDatabase database, Claim claim, NewTurn turn, DateTimeOffset now)
    {
        if (ConversationTable.Number(database, claim) is not var (conversation, claimed))
            return new BeginTurnResult(BeginTurnOutcome.Deleted);
        if (!claimed)
            return new BeginTurnResult(BeginTurnOutcome.Fenced);
        if (TurnTable.FindByOperation(database, conversation, turn.Operation) is { } known)
        {
            return Repeats(database, conversation, known, turn)
                ? new BeginTurnResult(BeginTurnOutcome.Repeated, known)
                : new BeginTurnResult(BeginTurnOutcome.Conflict);
        }

        if (TurnTable.Find(database, conversation, turn.Id) is not null
            || MessageTable.Find(database, conversation, turn.Reply) is not null
            || MessageTable.Find(database, conversation, turn.Message?.Id) is not null)
            return new BeginTurnResult(BeginTurnOutcome.Conflict);
        if (turn.Parent is not null && MessageTable.Find(database, conversation, turn.Parent) is null)
            return new BeginTurnResult(BeginTurnOutcome.UnknownParent);

        if (turn.Message is { } message)
            Say(message.Id, turn.Parent, message.Role, message.Text);
        Say(turn.Reply, turn.Message?.Id ?? turn.Parent, MessageRole.Assistant, "");
        TurnTable.Add(database, conversation, turn, now);
        ConversationTable.Change(database, conversation, new ConversationChange(Leaf: turn.Reply));
        ConversationTable.Touch(database, conversation, now);
        return new BeginTurnResult(BeginTurnOutcome.Begun, TurnTable.Find(database, conversation, turn.Id));

        void Say(Guid id, Guid? parent, MessageRole role, string text) => MessageTable.Add(database, conversation,
            new StoredMessage { Id = id, Parent = parent, Role = role, Text = text, Created = now, Operation = turn.Operation });
    }

    public static AppendResult Append(SqliteDatabase database, TurnAppend append, DateTimeOffset now)
    {
        if (ConversationTable.Number(database, append.Claim) is not var (conversation, claimed))
            return new AppendResult(AppendOutcome.Deleted);
        if (!claimed)
            return new AppendResult(AppendOutcome.Fenced);
        if (TurnTable.Find(database, conversation, append.Turn) is not { } turn)
            return new AppendResult(AppendOutcome.Deleted);
        if (turn.Ended is not null)
        {
            var repeated = append.Rows.All(IsStored) && (append.End is null || append.End == turn.End);
            return new AppendResult(repeated ? AppendOutcome.Appended : AppendOutcome.Ended);
        }

        var heads = new Dictionary<int, int>();
        var fresh = new List<TranscriptRow>();
        foreach (var row in append.Rows)
        {
            if (!heads.TryGetValue(row.Choice, out var head))
                head = TranscriptTable.Head(database, conversation, turn.Id, row.Choice);
            if (row.Position == head)
                fresh.Add(row);
            else if (!IsStored(row))
                return new AppendResult(AppendOutcome.OutOfOrder, row.Choice, head);
            heads[row.Choice] = Math.Max(head, row.Next);
        }

        foreach (var row in fresh)
            TranscriptTable.Add(database, conversation, turn.Id, append.Claim.Epoch, row);
        if (append.End is { } end)
        {
            TurnTable.End(database, conversation, turn.Id, end, now);
            MessageTable.SetText(database, conversation, turn.Reply, end.Text);
            ConversationTable.Touch(database, conversation, now);
        }

        return new AppendResult(AppendOutcome.Appended);

        bool IsStored(TranscriptRow row) => TranscriptTable.Holds(database, conversation, append.Turn, row);
    }

    /// <summary>Whether the turn that an operation began was asked for in the same words at the same place.</summary>
    private static bool Repeats(SqliteDatabase database, long conversation, StoredTurn stored, NewTurn turn)
    {
        var reply = MessageTable.Find(database, conversation, stored.Reply)!;
        var parent = MessageTable.Find(database, conversation, reply.Parent);
        return parent is not null && parent.Operation == stored.Operation
            ? turn.Message is { } message && (parent.Parent, parent.Role, parent.Text) == (turn.Parent, message.Role, message.Text)
            : turn.Message is null && reply.Parent == turn.Parent;
    }
}
