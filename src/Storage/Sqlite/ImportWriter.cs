namespace NGrammys.Storage.Sqlite;

/// <summary>Writes a conversation that comes from elsewhere.</summary>
internal static class ImportWriter
{
    public static CreateResult Import(SqliteDatabase database, ImportedConversation conversation, Guid operation)
    {
        var header = conversation.Header;
        var created = ConversationTable.Create(database, header.Id, operation, header.Title, header.Settings, header.Model, header.Created);
        if (created.Outcome != CreateOutcome.Created)
            return created;

        var number = ConversationTable.Number(database, header.Id)!.Value;
        foreach (var message in conversation.Messages)
            MessageTable.Add(database, number, message);
        foreach (var imported in conversation.Turns)
        {
            TurnTable.Add(database, number, imported.Beginning, imported.Turn.Began);
            TurnTable.End(database, number, imported.Turn.Id, imported.Turn.End!, imported.Turn.Ended!.Value);
            foreach (var row in imported.Rows)
                TranscriptTable.Add(database, number, imported.Turn.Id, epoch: 0, row);
        }

        ConversationTable.Change(database, number, new ConversationChange(Leaf: header.Leaf, Pinned: header.Pinned));
        ConversationTable.Touch(database, number, header.Updated);
        return created with { Header = ConversationTable.Read(database, number) };
    }
}
