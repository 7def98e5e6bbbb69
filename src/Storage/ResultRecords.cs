namespace NGrammys.Storage;

/// <summary>The records that rows of a query are, in either database; each names the columns it expects, in order.</summary>
internal static class ResultRecords
{
    /// <summary>tenant, owner, id, title, settings, created, updated, leaf, pinned, running, model.</summary>
    public static ConversationHeader Header(ResultRow row) => new()
    {
        Id = Id(row),
        Title = row.Text(3),
        Settings = row.Text(4),
        Created = row.Time(5),
        Updated = row.Time(6),
        Leaf = row.OptionalId(7),
        Pinned = row.Flag(8),
        Running = row.Flag(9),
        Model = row.OptionalText(10),
    };

    /// <summary>tenant, owner, id.</summary>
    public static ConversationId Id(ResultRow row) => new(row.Text(0), row.Text(1), row.Id(2));

    /// <summary>Those of a header, message, text.</summary>
    public static SearchHit Hit(ResultRow row) => new(Header(row), row.OptionalId(11), row.Text(12));

    /// <summary>id, parent, role, text, created, operation.</summary>
    public static StoredMessage Message(ResultRow row) => new()
    {
        Id = row.Id(0),
        Parent = row.OptionalId(1),
        Role = Enum.Parse<MessageRole>(row.Text(2), ignoreCase: true),
        Text = row.Text(3),
        Created = row.Time(4),
        Operation = row.Id(5),
    };

    /// <summary>id, operation, reply, settings, seed, fingerprint, choices, attempts, began, ended, finish, text, error, statistics.</summary>
    public static StoredTurn Turn(ResultRow row)
    {
        var ended = row.OptionalTime(9);
        return new StoredTurn
        {
            Id = row.Id(0),
            Operation = row.Id(1),
            Reply = row.Id(2),
            Settings = row.Text(3),
            Seed = unchecked((ulong)row.Long(4)),
            Fingerprint = row.Text(5),
            Choices = row.Integer(6),
            Attempts = row.Integer(7),
            Began = row.Time(8),
            Ended = ended,
            End = ended is null ? null : new StoredEnd
            {
                Finish = row.Text(10),
                Text = row.Text(11),
                Error = row.OptionalText(12),
                Statistics = row.Text(13),
            },
        };
    }

    /// <summary>choice, position, step, tokens, sources, survival, drafted, text_offset, text.</summary>
    public static TranscriptRow Row(ResultRow row) => new()
    {
        Choice = row.Integer(0),
        Position = row.Integer(1),
        Step = row.Integer(2),
        Tokens = row.Integers(3),
        Sources = row.Bytes(4),
        Survival = row.Singles(5),
        Drafted = row.Integer(6),
        TextOffset = row.Integer(7),
        Text = row.Text(8),
    };
}
