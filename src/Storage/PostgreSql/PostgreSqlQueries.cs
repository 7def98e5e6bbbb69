namespace NGrammys.Storage.PostgreSql;

/// <summary>Queries whose rows are <see cref="ResultRecords"/>. Parameters 1 to 3 name the conversation.</summary>
internal static class PostgreSqlQueries
{
    private const string OfConversation =
        "JOIN conversation c ON c.number = x.conversation WHERE c.tenant = $1 AND c.owner = $2 AND c.id = $3 AND c.deleted IS NULL";

    private const string Running = "EXISTS (SELECT 1 FROM turn t WHERE t.conversation = c.number AND t.ended IS NULL)";

    private const string Headers =
        "SELECT c.tenant, c.owner, c.id, c.title, c.settings, c.created, c.updated, c.leaf, c.pinned, " + Running + ", c.model";

    public const string HeaderOf = Headers + " FROM conversation c WHERE c.tenant = $1 AND c.owner = $2 AND c.id = $3 AND c.deleted IS NULL";

    /// <summary>Of the owner of parameters 1 and 2, as many as parameter 3.</summary>
    public const string List = Headers + """
         FROM conversation c WHERE c.tenant = $1 AND c.owner = $2 AND c.deleted IS NULL
        ORDER BY c.pinned DESC, c.updated DESC, c.number DESC LIMIT $3
        """;

    /// <summary>
    /// Those that hold every term of parameter 3, behind the conversation of parameter 4, as many as parameter 5. The index is asked apart from all else, so
    /// that the planner has no other way, whatever it believes of a table that has just grown.
    /// </summary>
    public const string Search = """
        WITH wanted AS MATERIALIZED (
            SELECT array_agg(gram) AS grams FROM unnest($3::text[]) AS term, unnest(grams(term)) AS gram WHERE length(gram) = least(length(term), 2)),
        candidate AS MATERIALIZED (SELECT m.number, m.conversation FROM message m WHERE grams(m.text) @> (SELECT grams FROM wanted)),
        found AS (
            SELECT m.conversation, max(m.number) AS number
            FROM candidate JOIN conversation c ON c.number = candidate.conversation JOIN message m ON m.number = candidate.number
            WHERE c.tenant = $1 AND c.owner = $2 AND c.deleted IS NULL
                AND NOT EXISTS (SELECT 1 FROM unnest($3::text[]) AS term WHERE strpos(lower(m.text), lower(term)) = 0)
            GROUP BY m.conversation)

        """ + Headers + """
        , m.id, coalesce(m.text, c.title)
        FROM conversation c LEFT JOIN found f ON f.conversation = c.number LEFT JOIN message m ON m.number = f.number
        WHERE c.tenant = $1 AND c.owner = $2 AND c.deleted IS NULL
            AND (f.number IS NOT NULL OR NOT EXISTS (SELECT 1 FROM unnest($3::text[]) AS term WHERE strpos(lower(c.title), lower(term)) = 0))
            AND ($4::uuid IS NULL OR (c.updated, c.number) < (
                SELECT l.updated, l.number FROM conversation l WHERE l.tenant = $1 AND l.owner = $2 AND l.id = $4))
        ORDER BY c.updated DESC, c.number DESC LIMIT $5
        """;

    public const string Unfinished = """
        SELECT c.tenant, c.owner, c.id FROM turn t JOIN conversation c ON c.number = t.conversation
        WHERE t.ended IS NULL GROUP BY c.number ORDER BY min(t.number) LIMIT $1
        """;

    public const string Untouched =
        "SELECT c.tenant, c.owner, c.id FROM conversation c WHERE c.updated < $1 AND c.deleted IS NULL AND NOT " + Running + " ORDER BY c.updated LIMIT $2";

    public const string Messages = "SELECT x.id, x.parent, x.role, x.text, x.created, x.operation FROM message x " + OfConversation + " ORDER BY x.number";

    public const string Turns = """
        SELECT x.id, x.operation, x.reply, x.settings, x.seed, x.fingerprint, x.choices, x.attempts, x.began, x.ended, x.finish, m.text, x.error, x.statistics
        FROM turn x JOIN message m ON m.conversation = x.conversation AND m.id = x.reply
        """ + " " + OfConversation;

    public const string Rows = """
        SELECT x.choice, x.position, x.step, x.tokens, x.sources, x.survival, x.drafted, x.text_offset, x.text FROM transcript x
        """ + " " + OfConversation + " AND x.turn = $4 AND x.choice = $5 AND x.position + length(x.tokens) / 4 > $6 ORDER BY x.position";

    public const string Prompt = "SELECT x.prompt FROM turn x " + OfConversation + " AND x.id = $4";
}
