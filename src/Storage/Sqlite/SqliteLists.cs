namespace NGrammys.Storage.Sqlite;

/// <summary>What schema version 3 adds: pins, the search index, and an index by age.</summary>
internal static class SqliteLists
{
    public const string Sql = """
        ALTER TABLE conversation ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
        DROP INDEX conversation_by_update;
        CREATE INDEX conversation_by_update ON conversation (tenant, owner, pinned DESC, updated DESC, number DESC) WHERE deleted IS NULL;
        CREATE INDEX conversation_by_age ON conversation (updated) WHERE deleted IS NULL;

        -- Any three neighbouring characters, since not all languages put spaces between words. It holds no text of its own, and what is deleted
        -- leaves it at once, not with some later merge.
        CREATE VIRTUAL TABLE message_search USING fts5(text, content = 'message', content_rowid = 'number', tokenize = 'trigram');
        INSERT INTO message_search (message_search, rank) VALUES ('secure-delete', 1);
        INSERT INTO message_search (message_search) VALUES ('rebuild');

        CREATE TRIGGER message_added AFTER INSERT ON message BEGIN
            INSERT INTO message_search (rowid, text) VALUES (new.number, new.text);
        END;
        CREATE TRIGGER message_changed AFTER UPDATE OF text ON message BEGIN
            INSERT INTO message_search (message_search, rowid, text) VALUES ('delete', old.number, old.text);
            INSERT INTO message_search (rowid, text) VALUES (new.number, new.text);
        END;
        CREATE TRIGGER message_removed AFTER DELETE ON message BEGIN
            INSERT INTO message_search (message_search, rowid, text) VALUES ('delete', old.number, old.text);
        END;
        """;
}
