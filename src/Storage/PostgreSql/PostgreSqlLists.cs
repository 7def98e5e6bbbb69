namespace NGrammys.Storage.PostgreSql;

/// <summary>What schema version 2 adds: pins, the search index, and an index by age. Servers of version 1 go on with it.</summary>
internal static class PostgreSqlLists
{
    public const string Sql = """
        ALTER TABLE conversation ADD COLUMN pinned boolean NOT NULL DEFAULT false;
        DROP INDEX conversation_by_update;
        CREATE INDEX conversation_by_update ON conversation (tenant, owner, pinned DESC, updated DESC, number DESC) WHERE deleted IS NULL;
        CREATE INDEX conversation_by_age ON conversation (updated) WHERE deleted IS NULL;

        -- Each character of a text and each pair of neighbours, in small letters: where a piece is, there its grams are. Pairs, since words of
        -- Japanese or Chinese are often no longer. Dear, so that the planner asks the index and does not take texts apart to look.
        CREATE FUNCTION grams(in_text text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000000 AS $$
            SELECT coalesce(array_agg(DISTINCT gram), '{}') FROM (
                SELECT c, c || lead(c) OVER (ORDER BY place) AS pair FROM string_to_table(lower(in_text), NULL) WITH ORDINALITY AS s (c, place)) AS p,
                LATERAL (VALUES (c), (pair)) AS v (gram)
            WHERE gram IS NOT NULL
        $$;
        CREATE INDEX message_by_gram ON message USING gin (grams(text));

        CREATE FUNCTION change_conversation(
            in_tenant text, in_owner text, in_conversation uuid, in_title text, in_settings text, in_leaf uuid, in_pinned boolean)
        RETURNS boolean LANGUAGE plpgsql AS $$
        BEGIN
            -- The header is locked by the first until the statement is committed.
            IF NOT change_conversation(in_tenant, in_owner, in_conversation, in_title, in_settings, in_leaf) THEN
                RETURN false;
            END IF;
            UPDATE conversation SET pinned = coalesce(in_pinned, pinned) WHERE tenant = in_tenant AND owner = in_owner AND id = in_conversation;
            RETURN true;
        END $$;
        """;
}
