namespace NGrammys.Storage.PostgreSql;

/// <summary>What schema version 4 adds: the model that a conversation is held with. Servers of earlier versions go on with it.</summary>
internal static class PostgreSqlModels
{
    public const string Sql = """
        ALTER TABLE conversation ADD COLUMN model text; -- null where nobody has chosen one

        CREATE FUNCTION change_conversation(
            in_tenant text, in_owner text, in_conversation uuid, in_title text, in_settings text, in_leaf uuid, in_pinned boolean, in_model text)
        RETURNS boolean LANGUAGE plpgsql AS $$
        BEGIN
            -- The header is locked by the first until the statement is committed.
            IF NOT change_conversation(in_tenant, in_owner, in_conversation, in_title, in_settings, in_leaf, in_pinned) THEN
                RETURN false;
            END IF;
            UPDATE conversation SET model = coalesce(in_model, model) WHERE tenant = in_tenant AND owner = in_owner AND id = in_conversation;
            RETURN true;
        END $$;
        """;
}
