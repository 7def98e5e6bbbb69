namespace NGrammys.Storage.Sqlite;

/// <summary>Conversations by what their titles and messages hold. The index knows pieces of three characters and more; shorter ones are looked for text by text.</summary>
internal static class SearchQuery
{
    private const int Shortest = 3; // characters that the index can find

    public static List<SearchHit> Run(SqliteDatabase database, string tenant, string owner, SearchTerms terms, Guid? after, int limit)
    {
        var match = string.Join(" AND ", terms.All.Where(IsIndexed).Select(term => $"\"{term.Replace("\"", "\"\"", StringComparison.Ordinal)}\""));
        var brief = terms.All.Select((term, i) => (Term: term, Name: $"$term{i}")).ToList();
        var inTitle = string.Join(" AND ", brief.Select(piece => $"contains(title, {piece.Name})"));
        var inText = string.Concat(brief.Where(piece => !IsIndexed(piece.Term)).Select(piece => $" AND contains(message.text, {piece.Name})"));
        return database.All(
            $"""
            WITH mine AS (SELECT number FROM conversation WHERE tenant = $tenant AND owner = $owner AND deleted IS NULL),
            found AS (
                SELECT message.conversation, max(message.number) AS number
                FROM {(match.Length > 0 ? "message_search JOIN message ON message.number = message_search.rowid" : "message")}
                WHERE {(match.Length > 0 ? "message_search MATCH $match" : "$match = ''")} AND message.conversation IN mine{inText}
                GROUP BY message.conversation)
            SELECT {ConversationTable.Columns}, message.id, coalesce(message.text, title)
            FROM conversation LEFT JOIN found ON found.conversation = conversation.number LEFT JOIN message ON message.number = found.number
            WHERE tenant = $tenant AND owner = $owner AND deleted IS NULL AND (found.number IS NOT NULL OR ({inTitle}))
                AND ($after IS NULL OR (updated, conversation.number)
                    < (SELECT updated, number FROM conversation WHERE tenant = $tenant AND owner = $owner AND id = $after))
            ORDER BY updated DESC, conversation.number DESC LIMIT $limit
            """,
            ResultRecords.Hit,
            [("$tenant", tenant), ("$owner", owner), ("$match", match), ("$after", after), ("$limit", limit),
                .. brief.Select(piece => (piece.Name, (object?)piece.Term))]);
    }

    private static bool IsIndexed(string term) => term.EnumerateRunes().Count() >= Shortest;
}
