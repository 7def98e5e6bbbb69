namespace NGrammys.Storage.Sqlite;

/// <summary>Rows of tokens; they are added and, with their conversation, deleted, but never changed.</summary>
internal static class TranscriptTable
{
    private const string Row = "SELECT choice, position, step, tokens, sources, survival, drafted, text_offset, text FROM transcript";

    /// <summary>The position behind a choice's last token.</summary>
    public static int Head(SqliteDatabase database, long conversation, Guid turn, int choice) => database.First(
        """
        SELECT position + length(tokens) / 4 FROM transcript
        WHERE conversation = $conversation AND turn = $turn AND choice = $choice
        ORDER BY position DESC LIMIT 1
        """,
        row => row.Integer(0),
        ("$conversation", conversation), ("$turn", turn), ("$choice", choice));

    /// <summary>Whether an equal row is stored.</summary>
    public static bool Holds(SqliteDatabase database, long conversation, Guid turn, TranscriptRow row) => database.First(
        $"{Row} WHERE conversation = $conversation AND turn = $turn AND choice = $choice AND position = $position",
        ResultRecords.Row,
        ("$conversation", conversation), ("$turn", turn), ("$choice", row.Choice), ("$position", row.Position)) is { } stored && row.Repeats(stored);

    public static void Add(SqliteDatabase database, long conversation, Guid turn, long epoch, TranscriptRow row) => database.Execute(
        """
        INSERT INTO transcript
            (conversation, turn, choice, position, epoch, step, tokens, sources, survival, drafted, text_offset, text)
        VALUES
            ($conversation, $turn, $choice, $position, $epoch, $step, $tokens, $sources, $survival, $drafted, $text_offset, $text)
        """,
        ("$conversation", conversation), ("$turn", turn), ("$choice", row.Choice), ("$position", row.Position), ("$epoch", epoch),
        ("$step", row.Step), ("$tokens", row.Tokens), ("$sources", row.Sources), ("$survival", row.Survival), ("$drafted", row.Drafted),
        ("$text_offset", row.TextOffset), ("$text", row.Text));

    /// <summary>A choice's rows from the one that holds a position on.</summary>
    public static List<TranscriptRow> Read(SqliteDatabase database, long conversation, Guid turn, int choice, int from) => database.All(
        $"""
        {Row}
        WHERE conversation = $conversation AND turn = $turn AND choice = $choice AND position + length(tokens) / 4 > $from
        ORDER BY position
        """,
        ResultRecords.Row,
        ("$conversation", conversation), ("$turn", turn), ("$choice", choice), ("$from", from));
}
