namespace NGrammys.Storage.Sqlite;

/// <summary>Turn records.</summary>
internal static class TurnTable
{
    private const string Turn = """
        SELECT turn.id, turn.operation, reply, settings, seed, fingerprint, choices, attempts, began, ended, finish, text, error, statistics
        FROM turn JOIN message ON message.conversation = turn.conversation AND message.id = turn.reply
        """;

    public static List<StoredTurn> All(SqliteDatabase database, long conversation) => database.All(
        $"{Turn} WHERE turn.conversation = $conversation ORDER BY turn.number", ResultRecords.Turn, ("$conversation", conversation));

    public static StoredTurn? Find(SqliteDatabase database, long conversation, Guid id) => database.First(
        $"{Turn} WHERE turn.conversation = $conversation AND turn.id = $id", ResultRecords.Turn, ("$conversation", conversation), ("$id", id));

    public static StoredTurn? FindByOperation(SqliteDatabase database, long conversation, Guid operation) => database.First(
        $"{Turn} WHERE turn.conversation = $conversation AND turn.operation = $operation", ResultRecords.Turn,
        ("$conversation", conversation), ("$operation", operation));

    public static int[]? Prompt(SqliteDatabase database, long conversation, Guid id) => database.First(
        "SELECT prompt FROM turn WHERE conversation = $conversation AND id = $id",
        row => row.Integers(0),
        ("$conversation", conversation), ("$id", id));

    public static void Add(SqliteDatabase database, long conversation, NewTurn turn, DateTimeOffset now) => database.Execute(
        """
        INSERT INTO turn (conversation, id, operation, reply, settings, seed, fingerprint, choices, attempts, began, prompt)
        VALUES ($conversation, $id, $operation, $reply, $settings, $seed, $fingerprint, $choices, 1, $now, $prompt)
        """,
        ("$conversation", conversation), ("$id", turn.Id), ("$operation", turn.Operation), ("$reply", turn.Reply),
        ("$settings", turn.Settings), ("$seed", turn.Seed), ("$fingerprint", turn.Fingerprint), ("$choices", turn.Choices),
        ("$now", now), ("$prompt", turn.Prompt));

    /// <summary>Counts one more attempt of a running turn; null if none of that id runs.</summary>
    public static int? RaiseAttempt(SqliteDatabase database, long conversation, Guid id) => database.First<int?>(
        """
        UPDATE turn SET attempts = CASE WHEN head - attempted_from >= $progress THEN 2 ELSE attempts + 1 END, attempted_from = head
        FROM (
            SELECT coalesce(max(position + length(tokens) / 4), 0) AS head FROM transcript WHERE conversation = $conversation AND turn = $id)
        WHERE conversation = $conversation AND id = $id AND ended IS NULL RETURNING attempts
        """,
        row => row.Integer(0),
        ("$conversation", conversation), ("$id", id), ("$progress", StoredTurn.Progress));

    public static void End(SqliteDatabase database, long conversation, Guid id, StoredEnd end, DateTimeOffset now) => database.Execute(
        """
        UPDATE turn SET ended = $now, finish = $finish, error = $error, statistics = $statistics
        WHERE conversation = $conversation AND id = $id
        """,
        ("$conversation", conversation), ("$id", id), ("$now", now),
        ("$finish", end.Finish), ("$error", end.Error), ("$statistics", end.Statistics));
}
