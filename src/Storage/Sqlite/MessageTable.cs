namespace NGrammys.Storage.Sqlite;

/// <summary>Messages, a tree per conversation.</summary>
internal static class MessageTable
{
    public static List<StoredMessage> All(SqliteDatabase database, long conversation) => database.All(
        "SELECT id, parent, role, text, created, operation FROM message WHERE conversation = $conversation ORDER BY number",
        ResultRecords.Message,
        ("$conversation", conversation));

    public static StoredMessage? Find(SqliteDatabase database, long conversation, Guid? id) => database.First(
        "SELECT id, parent, role, text, created, operation FROM message WHERE conversation = $conversation AND id = $id",
        ResultRecords.Message,
        ("$conversation", conversation), ("$id", id));

    public static void Add(SqliteDatabase database, long conversation, StoredMessage message) => database.Execute(
        """
        INSERT INTO message (conversation, id, parent, role, text, created, operation)
        VALUES ($conversation, $id, $parent, $role, $text, $created, $operation)
        """,
        ("$conversation", conversation), ("$id", message.Id), ("$parent", message.Parent), ("$role", message.Role),
        ("$text", message.Text), ("$created", message.Created), ("$operation", message.Operation));

    public static void SetText(SqliteDatabase database, long conversation, Guid id, string text) => database.Execute(
        "UPDATE message SET text = $text WHERE conversation = $conversation AND id = $id",
        ("$conversation", conversation), ("$id", id), ("$text", text));
}
