namespace NGrammys.Storage.Sqlite;

/// <summary>Headers of conversations, with the fence.</summary>
internal static class ConversationTable
{
    /// <summary>What <see cref="ResultRecords.Header"/> reads.</summary>
    public const string Columns = """
        tenant, owner, conversation.id, title, settings, conversation.created, updated, leaf, pinned,
        EXISTS (SELECT 1 FROM turn WHERE turn.conversation = conversation.number AND turn.ended IS NULL), model
        """;

    /// <summary>What schema version 5 adds.</summary>
    public const string ModelSql = "ALTER TABLE conversation ADD COLUMN model TEXT; -- null where nobody has chosen one";

    /// <summary>Number of a conversation that is not deleted, or null.</summary>
    public static long? Number(SqliteDatabase database, ConversationId id) => database.First<long?>(
        "SELECT number FROM conversation WHERE tenant = $tenant AND owner = $owner AND id = $id AND deleted IS NULL",
        row => row.Long(0),
        ("$tenant", id.Tenant), ("$owner", id.Owner), ("$id", id.Id));

    /// <summary>Number of a conversation that is not deleted, and whether the claim is its last; null if there is none.</summary>
    public static (long Number, bool Claimed)? Number(SqliteDatabase database, Claim claim) => database.First<(long, bool)?>(
        """
        SELECT number, epoch = $epoch AND claimant = $claimant
        FROM conversation WHERE tenant = $tenant AND owner = $owner AND id = $id AND deleted IS NULL
        """,
        row => (row.Long(0), row.Flag(1)),
        ("$tenant", claim.Conversation.Tenant), ("$owner", claim.Conversation.Owner), ("$id", claim.Conversation.Id),
        ("$epoch", claim.Epoch), ("$claimant", claim.Token));

    public static ConversationHeader Read(SqliteDatabase database, long number) =>
        database.First($"SELECT {Columns} FROM conversation WHERE number = $number", ResultRecords.Header, ("$number", number))!;

    public static List<ConversationHeader> List(SqliteDatabase database, string tenant, string owner, int limit) => database.All(
        $"""
        SELECT {Columns} FROM conversation WHERE tenant = $tenant AND owner = $owner AND deleted IS NULL
        ORDER BY pinned DESC, updated DESC, number DESC LIMIT $limit
        """,
        ResultRecords.Header,
        ("$tenant", tenant), ("$owner", owner), ("$limit", limit));

    public static List<ConversationId> Unfinished(SqliteDatabase database, int limit) => database.All(
        """
        SELECT tenant, owner, conversation.id FROM turn JOIN conversation ON conversation.number = turn.conversation
        WHERE ended IS NULL GROUP BY conversation.number ORDER BY min(turn.number) LIMIT $limit
        """,
        ResultRecords.Id,
        ("$limit", limit));

    public static List<ConversationId> Untouched(SqliteDatabase database, DateTimeOffset before, int limit) => database.All(
        """
        SELECT tenant, owner, id FROM conversation
        WHERE updated < $before AND deleted IS NULL
            AND NOT EXISTS (SELECT 1 FROM turn WHERE turn.conversation = conversation.number AND turn.ended IS NULL)
        ORDER BY updated LIMIT $limit
        """,
        ResultRecords.Id,
        ("$before", before), ("$limit", limit));

    public static CreateResult Create(
        SqliteDatabase database, ConversationId id, Guid operation, string title, string settings, string? model, DateTimeOffset now)
    {
        var known = database.First<(long Number, bool Repeated, bool Deleted)?>(
            """
            SELECT number, operation = $operation, deleted IS NOT NULL
            FROM conversation WHERE tenant = $tenant AND owner = $owner AND (operation = $operation OR id = $id)
            ORDER BY operation = $operation DESC
            """,
            row => (row.Long(0), row.Flag(1), row.Flag(2)),
            ("$tenant", id.Tenant), ("$owner", id.Owner), ("$id", id.Id), ("$operation", operation));
        if (known is var (number, repeated, deleted))
        {
            return deleted ? new CreateResult(CreateOutcome.Deleted)
                : repeated ? new CreateResult(CreateOutcome.Repeated, Read(database, number))
                : new CreateResult(CreateOutcome.Conflict);
        }

        database.Execute(
            """
            INSERT INTO conversation (tenant, owner, id, operation, title, settings, model, created, updated, epoch)
            VALUES ($tenant, $owner, $id, $operation, $title, $settings, $model, $now, $now, 0)
            """,
            ("$tenant", id.Tenant), ("$owner", id.Owner), ("$id", id.Id), ("$operation", operation),
            ("$title", title), ("$settings", settings), ("$model", model), ("$now", now));
        return new CreateResult(CreateOutcome.Created, Read(database, Number(database, id)!.Value));
    }

    public static Claim? Claim(SqliteDatabase database, ConversationId id)
    {
        var token = Guid.NewGuid();
        return database.First(
            """
            UPDATE conversation SET epoch = epoch + 1, claimant = $claimant
            WHERE tenant = $tenant AND owner = $owner AND id = $id AND deleted IS NULL
            RETURNING epoch
            """,
            row => new Claim(id, row.Long(0), token),
            ("$tenant", id.Tenant), ("$owner", id.Owner), ("$id", id.Id), ("$claimant", token));
    }

    /// <summary>Changes what is not null.</summary>
    public static void Change(SqliteDatabase database, long number, ConversationChange change) => database.Execute(
        """
        UPDATE conversation
        SET title = coalesce($title, title), settings = coalesce($settings, settings), leaf = coalesce($leaf, leaf),
            pinned = coalesce($pinned, pinned), model = coalesce($model, model)
        WHERE number = $number
        """,
        ("$number", number), ("$title", change.Title), ("$settings", change.Settings), ("$leaf", change.Leaf),
        ("$pinned", change.Pinned), ("$model", change.Model));

    public static void Touch(SqliteDatabase database, long number, DateTimeOffset now) => database.Execute(
        "UPDATE conversation SET updated = $now WHERE number = $number", ("$number", number), ("$now", now));

    /// <summary>Removes all that was said. False if there is no such conversation, nor a tombstone of it.</summary>
    public static bool Delete(SqliteDatabase database, ConversationId id, DateTimeOffset now)
    {
        var number = database.First<long?>(
            """
            UPDATE conversation SET title = '', settings = '', leaf = NULL, deleted = coalesce(deleted, $now)
            WHERE tenant = $tenant AND owner = $owner AND id = $id
            RETURNING number
            """,
            row => row.Long(0),
            ("$tenant", id.Tenant), ("$owner", id.Owner), ("$id", id.Id), ("$now", now));
        database.Execute("DELETE FROM transcript WHERE conversation = $number", ("$number", number));
        database.Execute("DELETE FROM turn WHERE conversation = $number", ("$number", number));
        database.Execute("DELETE FROM message WHERE conversation = $number", ("$number", number));
        return number is not null;
    }
}
