namespace NGrammys.Storage.PostgreSql;

/// <summary>
/// The writes that decide before they write, as functions of schema version 1: each is one autocommit statement, so no lock is ever held while a
/// server waits for its network. A function and not a query with parts, because each statement of a function sees what was committed before
/// it began: after the wait for the header's lock that is the rows of whoever held it.
/// </summary>
internal static class PostgreSqlFunctions
{
    public static string Sql { get; } = $$"""
        -- Number of a conversation that is not deleted, locked until the statement is committed; null if there is none.
        CREATE FUNCTION lock_conversation(in_tenant text, in_owner text, in_id uuid, OUT out_number bigint, OUT out_epoch bigint, OUT out_claimant uuid)
        LANGUAGE sql AS $$
            SELECT number, epoch, claimant FROM conversation
            WHERE tenant = in_tenant AND owner = in_owner AND id = in_id AND deleted IS NULL FOR NO KEY UPDATE
        $$;

        CREATE FUNCTION begin_turn(
            in_tenant text, in_owner text, in_conversation uuid, in_epoch bigint, in_claimant uuid,
            in_id uuid, in_operation uuid, in_parent uuid, in_message uuid, in_role text, in_text text, in_reply uuid,
            in_settings text, in_seed bigint, in_fingerprint text, in_choices integer, in_prompt bytea, in_now bigint)
        RETURNS text LANGUAGE plpgsql AS $$
        DECLARE
            header record;
            known record;
            asked record;
        BEGIN
            SELECT * INTO header FROM lock_conversation(in_tenant, in_owner, in_conversation);
            IF header.out_number IS NULL THEN RETURN 'Deleted'; END IF;
            IF (header.out_epoch, header.out_claimant) IS DISTINCT FROM (in_epoch, in_claimant) THEN RETURN 'Fenced'; END IF;

            SELECT message.parent INTO known
            FROM turn JOIN message ON message.conversation = turn.conversation AND message.id = turn.reply
            WHERE turn.conversation = header.out_number AND turn.operation = in_operation;
            IF FOUND THEN
                SELECT parent, role, text INTO asked FROM message
                WHERE conversation = header.out_number AND id = known.parent AND operation = in_operation;
                IF FOUND THEN
                    RETURN CASE WHEN in_message IS NOT NULL AND (asked.parent, asked.role, asked.text) IS NOT DISTINCT FROM (in_parent, in_role, in_text)
                        THEN 'Repeated' ELSE 'Conflict' END;
                END IF;
                RETURN CASE WHEN in_message IS NULL AND known.parent IS NOT DISTINCT FROM in_parent THEN 'Repeated' ELSE 'Conflict' END;
            END IF;

            IF EXISTS (SELECT 1 FROM turn WHERE conversation = header.out_number AND id = in_id)
                OR EXISTS (SELECT 1 FROM message WHERE conversation = header.out_number AND id IN (in_reply, in_message)) THEN
                RETURN 'Conflict';
            END IF;
            IF in_parent IS NOT NULL AND NOT EXISTS (SELECT 1 FROM message WHERE conversation = header.out_number AND id = in_parent) THEN
                RETURN 'UnknownParent';
            END IF;

            IF in_message IS NOT NULL THEN
                INSERT INTO message (conversation, id, parent, role, text, created, operation)
                VALUES (header.out_number, in_message, in_parent, in_role, in_text, in_now, in_operation);
            END IF;
            INSERT INTO message (conversation, id, parent, role, text, created, operation)
            VALUES (header.out_number, in_reply, coalesce(in_message, in_parent), 'assistant', '', in_now, in_operation);
            INSERT INTO turn (conversation, id, operation, reply, settings, seed, fingerprint, choices, attempts, began, prompt)
            VALUES (header.out_number, in_id, in_operation, in_reply, in_settings, in_seed, in_fingerprint, in_choices, 1, in_now, in_prompt);
            UPDATE conversation SET leaf = in_reply, updated = in_now WHERE number = header.out_number;
            RETURN 'Begun';
        END $$;

        CREATE FUNCTION raise_attempt(in_tenant text, in_owner text, in_conversation uuid, in_epoch bigint, in_claimant uuid, in_turn uuid)
        RETURNS integer LANGUAGE plpgsql AS $$
        DECLARE
            header record;
            head integer;
            raised integer;
        BEGIN
            SELECT * INTO header FROM lock_conversation(in_tenant, in_owner, in_conversation);
            IF (header.out_epoch, header.out_claimant) IS DISTINCT FROM (in_epoch, in_claimant) THEN RETURN NULL; END IF;
            head := coalesce((
                SELECT max(position + length(tokens) / 4) FROM transcript WHERE conversation = header.out_number AND turn = in_turn), 0);
            UPDATE turn SET attempts = CASE WHEN head - attempted_from >= {{StoredTurn.Progress}} THEN 2 ELSE attempts + 1 END, attempted_from = head
            WHERE conversation = header.out_number AND id = in_turn AND ended IS NULL
            RETURNING attempts INTO raised;
            RETURN raised;
        END $$;

        CREATE FUNCTION change_conversation(in_tenant text, in_owner text, in_conversation uuid, in_title text, in_settings text, in_leaf uuid)
        RETURNS boolean LANGUAGE plpgsql AS $$
        DECLARE
            header record;
        BEGIN
            SELECT * INTO header FROM lock_conversation(in_tenant, in_owner, in_conversation);
            IF header.out_number IS NULL
                OR (in_leaf IS NOT NULL AND NOT EXISTS (SELECT 1 FROM message WHERE conversation = header.out_number AND id = in_leaf)) THEN
                RETURN false;
            END IF;
            UPDATE conversation
            SET title = coalesce(in_title, title), settings = coalesce(in_settings, settings), leaf = coalesce(in_leaf, leaf)
            WHERE number = header.out_number;
            RETURN true;
        END $$;

        CREATE FUNCTION delete_conversation(in_tenant text, in_owner text, in_conversation uuid, in_now bigint)
        RETURNS boolean LANGUAGE plpgsql AS $$
        DECLARE
            gone bigint;
        BEGIN
            UPDATE conversation SET title = '', settings = '', leaf = NULL, deleted = coalesce(deleted, in_now)
            WHERE tenant = in_tenant AND owner = in_owner AND id = in_conversation
            RETURNING number INTO gone;
            DELETE FROM transcript WHERE conversation = gone;
            DELETE FROM turn WHERE conversation = gone;
            DELETE FROM message WHERE conversation = gone;
            RETURN gone IS NOT NULL;
        END $$;
        """;
}
