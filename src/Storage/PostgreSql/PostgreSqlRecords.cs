using Npgsql;

namespace NGrammys.Storage.PostgreSql;

/// <summary>Queries of the tables and the records that their rows are. Parameters 1 to 3 name the conversation.</summary>
internal static class PostgreSqlRecords
{
    private const string OfConversation =
        "JOIN conversation c ON c.number = x.conversation WHERE c.tenant = $1 AND c.owner = $2 AND c.id = $3 AND c.deleted IS NULL";

    public const string Headers = """
        SELECT tenant, owner, id, title, settings, created, updated, leaf,
               EXISTS (SELECT 1 FROM turn WHERE turn.conversation = conversation.number AND turn.ended IS NULL)
        FROM conversation
        """;

    public const string HeaderOf = Headers + " WHERE tenant = $1 AND owner = $2 AND id = $3 AND deleted IS NULL";

    public const string Messages = "SELECT x.id, x.parent, x.role, x.text, x.created, x.operation FROM message x " + OfConversation + " ORDER BY x.number";

    public const string Turns = """
        SELECT x.id, x.operation, x.reply, x.settings, x.seed, x.fingerprint, x.choices, x.attempts, x.began, x.ended, x.finish, m.text, x.error, x.statistics
        FROM turn x JOIN message m ON m.conversation = x.conversation AND m.id = x.reply
        """ + " " + OfConversation;

    public const string Rows = """
        SELECT x.choice, x.position, x.step, x.tokens, x.sources, x.survival, x.drafted, x.text_offset, x.text FROM transcript x
        """ + " " + OfConversation + " AND x.turn = $4 AND x.choice = $5 AND x.position + length(x.tokens) / 4 > $6 ORDER BY x.position";

    public const string Prompt = "SELECT x.prompt FROM turn x " + OfConversation + " AND x.id = $4";

    public static ConversationHeader Header(NpgsqlDataReader row) => new()
    {
        Id = new ConversationId(row.Text(0), row.Text(1), row.GetGuid(2)),
        Title = row.Text(3),
        Settings = row.Text(4),
        Created = row.Time(5),
        Updated = row.Time(6),
        Leaf = row.OptionalId(7),
        Running = row.GetBoolean(8),
    };

    public static StoredMessage Message(NpgsqlDataReader row) => new()
    {
        Id = row.GetGuid(0),
        Parent = row.OptionalId(1),
        Role = Enum.Parse<MessageRole>(row.GetString(2), ignoreCase: true),
        Text = row.Text(3),
        Created = row.Time(4),
        Operation = row.GetGuid(5),
    };

    public static StoredTurn Turn(NpgsqlDataReader row)
    {
        var ended = row.OptionalTime(9);
        return new StoredTurn
        {
            Id = row.GetGuid(0),
            Operation = row.GetGuid(1),
            Reply = row.GetGuid(2),
            Settings = row.Text(3),
            Seed = unchecked((ulong)row.GetInt64(4)),
            Fingerprint = row.Text(5),
            Choices = row.GetInt32(6),
            Attempts = row.GetInt32(7),
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

    public static TranscriptRow Row(NpgsqlDataReader row) => new()
    {
        Choice = row.GetInt32(0),
        Position = row.GetInt32(1),
        Step = row.GetInt32(2),
        Tokens = NumberBlob.Integers(row.Bytes(3)),
        Sources = row.Bytes(4),
        Survival = NumberBlob.Singles(row.Bytes(5)),
        Drafted = row.GetInt32(6),
        TextOffset = row.GetInt32(7),
        Text = row.Text(8),
    };
}
