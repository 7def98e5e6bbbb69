CREATE TABLE conversation (
    number    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,  -- stands for (tenant, owner, id) in the keys of the other tables
    tenant    text NOT NULL,
    owner     text NOT NULL,
    id        uuid NOT NULL,
    operation uuid NOT NULL,      -- that created it
    title     text NOT NULL,
    settings  text NOT NULL,      -- JSON, returned as it was given
    created   bigint NOT NULL,    -- all times: milliseconds since 1970, UTC
    updated   bigint NOT NULL,
    leaf      uuid,               -- last message of the selected branch
    epoch     bigint NOT NULL,    -- the fence: number of the last claim ...
    claimant  uuid,               -- ... and its token
    deleted   bigint,             -- a tombstone since then
    UNIQUE (tenant, owner, id),
    UNIQUE (tenant, owner, operation)
);

CREATE INDEX conversation_by_update ON conversation (tenant, owner, updated DESC, number DESC) WHERE deleted IS NULL;

CREATE TABLE message (
    number       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,  -- order in which they were added
    conversation bigint NOT NULL REFERENCES conversation,
    id           uuid NOT NULL,
    parent       uuid,
    role         text NOT NULL,   -- system, user, assistant, tool
    text         text NOT NULL,
    created      bigint NOT NULL,
    operation    uuid NOT NULL,   -- that added it
    UNIQUE (conversation, id),
    FOREIGN KEY (conversation, parent) REFERENCES message (conversation, id)
);

CREATE TABLE turn (
    number       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,  -- order in which they began
    conversation bigint NOT NULL REFERENCES conversation,
    id           uuid NOT NULL,
    operation    uuid NOT NULL,   -- that began it
    reply        uuid NOT NULL,   -- the message that it writes
    settings     text NOT NULL,   -- JSON: sampling and stop, resolved
    seed         bigint NOT NULL,
    fingerprint  text NOT NULL,   -- of the model
    choices      integer NOT NULL,
    attempts     integer NOT NULL,
    attempted_from integer NOT NULL DEFAULT 0,  -- how far the reply was when its last attempt began
    began        bigint NOT NULL,
    ended        bigint,          -- null while it runs
    finish       text,
    error        text,
    statistics   text,            -- JSON
    prompt       bytea NOT NULL,  -- token ids, int32 little-endian
    UNIQUE (conversation, id),
    UNIQUE (conversation, operation),
    FOREIGN KEY (conversation, reply) REFERENCES message (conversation, id)
);

CREATE INDEX turn_running ON turn (conversation) WHERE ended IS NULL;

CREATE TABLE transcript (
    conversation bigint NOT NULL,
    turn         uuid NOT NULL,
    choice       integer NOT NULL,
    position     integer NOT NULL,  -- of the first token
    epoch        bigint NOT NULL,   -- of the claim that wrote it
    step         integer NOT NULL,
    tokens       bytea NOT NULL,    -- int32 little-endian
    sources      bytea NOT NULL,    -- a byte per token
    survival     bytea NOT NULL,    -- float32 little-endian per token
    drafted      integer NOT NULL,
    text_offset  integer NOT NULL,  -- in UTF-16 code units
    text         text NOT NULL,
    PRIMARY KEY (conversation, turn, choice, position),
    FOREIGN KEY (conversation, turn) REFERENCES turn (conversation, id)
);

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
    UPDATE turn SET attempts = CASE WHEN head - attempted_from >= 32 THEN 2 ELSE attempts + 1 END, attempted_from = head
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

-- Rows name their append by its ordinal, from 1. An append that cannot be locked in time answers Busy, and the others go on.
CREATE FUNCTION append_turns(
    in_tenants text[], in_owners text[], in_conversations uuid[], in_epochs bigint[], in_claimants uuid[], in_turns uuid[],
    in_finishes text[], in_ends text[], in_errors text[], in_statistics text[],
    row_appends integer[], row_choices integer[], row_positions integer[], row_steps integer[], row_tokens bytea[], row_sources bytea[],
    row_survivals bytea[], row_drafteds integer[], row_text_offsets integer[], row_texts text[], in_now bigint)
RETURNS TABLE (ordinal integer, outcome text, choice integer, head integer) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    a record;
    r record;
    header record;
    found_turn record;
    is_stored boolean;
    patience interval := current_setting('lock_timeout');
    began timestamptz := clock_timestamp();
BEGIN
    -- One order for all servers, so that no two wait for each other; that of arrival within a conversation.
    FOR a IN
        SELECT u.*, c.number FROM unnest(in_tenants, in_owners, in_conversations, in_epochs, in_claimants, in_turns, in_finishes, in_ends,
            in_errors, in_statistics) WITH ORDINALITY
            AS u (tenant, owner, conversation, epoch, claimant, turn, finish, ending, error, statistics, ordinal)
        LEFT JOIN conversation c ON c.tenant = u.tenant AND c.owner = u.owner AND c.id = u.conversation
        ORDER BY c.number, u.ordinal
    LOOP
        ordinal := a.ordinal;
        outcome := 'Appended';
        choice := 0;
        head := 0;
        -- Appends wait for locks together, not each for as long: one program that locks many must not hold up the others' tokens.
        PERFORM set_config('lock_timeout',
            greatest(1, extract(epoch FROM patience - (clock_timestamp() - began)) * 1000)::integer::text, true);
        BEGIN -- a refusal undoes what this append has written, and nothing else
            SELECT * INTO header FROM lock_conversation(a.tenant, a.owner, a.conversation);
            IF header.out_number IS NULL THEN
                RAISE EXCEPTION USING ERRCODE = 'NG001', MESSAGE = 'Deleted';
            END IF;
            IF (header.out_epoch, header.out_claimant) IS DISTINCT FROM (a.epoch, a.claimant) THEN
                RAISE EXCEPTION USING ERRCODE = 'NG001', MESSAGE = 'Fenced';
            END IF;
            SELECT t.ended IS NOT NULL AS over, t.reply,
                a.finish IS NULL OR (t.finish, t.error, t.statistics, m.text) IS NOT DISTINCT FROM (a.finish, a.error, a.statistics, a.ending)
                AS repeats
            INTO found_turn
            FROM turn t JOIN message m ON m.conversation = t.conversation AND m.id = t.reply
            WHERE t.conversation = header.out_number AND t.id = a.turn;
            IF NOT FOUND THEN
                RAISE EXCEPTION USING ERRCODE = 'NG001', MESSAGE = 'Deleted';
            END IF;
            IF found_turn.over AND NOT found_turn.repeats THEN
                RAISE EXCEPTION USING ERRCODE = 'NG001', MESSAGE = 'Ended';
            END IF;

            FOR r IN
                SELECT * FROM unnest(row_appends, row_choices, row_positions, row_steps, row_tokens, row_sources, row_survivals, row_drafteds,
                    row_text_offsets, row_texts) WITH ORDINALITY
                    AS u (append, choice, position, step, tokens, sources, survival, drafted, text_offset, text, place)
                WHERE u.append = a.ordinal ORDER BY u.place
            LOOP
                choice := r.choice;
                head := coalesce((
                    SELECT s.position + length(s.tokens) / 4 FROM transcript s
                    WHERE s.conversation = header.out_number AND s.turn = a.turn AND s.choice = r.choice
                    ORDER BY s.position DESC LIMIT 1), 0);
                IF r.position = head AND NOT found_turn.over THEN
                    INSERT INTO transcript
                        (conversation, turn, choice, position, epoch, step, tokens, sources, survival, drafted, text_offset, text)
                    VALUES (header.out_number, a.turn, r.choice, r.position, a.epoch, r.step, r.tokens, r.sources, r.survival, r.drafted,
                        r.text_offset, r.text);
                ELSE
                    is_stored := EXISTS (
                        SELECT 1 FROM transcript s
                        WHERE s.conversation = header.out_number AND s.turn = a.turn AND s.choice = r.choice AND s.position = r.position
                            AND (s.step, s.tokens, s.sources, s.survival, s.drafted, s.text_offset, s.text)
                                = (r.step, r.tokens, r.sources, r.survival, r.drafted, r.text_offset, r.text));
                    IF NOT is_stored THEN
                        RAISE EXCEPTION USING ERRCODE = 'NG001', MESSAGE = CASE WHEN found_turn.over THEN 'Ended' ELSE 'OutOfOrder' END;
                    END IF;
                END IF;
            END LOOP;

            IF a.finish IS NOT NULL AND NOT found_turn.over THEN
                UPDATE turn t SET ended = in_now, finish = a.finish, error = a.error, statistics = a.statistics
                WHERE t.conversation = header.out_number AND t.id = a.turn;
                UPDATE message m SET text = a.ending WHERE m.conversation = header.out_number AND m.id = found_turn.reply;
                UPDATE conversation c SET updated = in_now WHERE c.number = header.out_number;
            END IF;
        EXCEPTION
            WHEN SQLSTATE 'NG001' THEN outcome := SQLERRM;
            WHEN lock_not_available OR deadlock_detected THEN outcome := 'Busy';
        END;
        IF outcome <> 'OutOfOrder' THEN
            choice := 0;
            head := 0;
        END IF;
        RETURN NEXT;
    END LOOP;
END $$;

CREATE TABLE schema_version (application text NOT NULL, version integer NOT NULL);
INSERT INTO schema_version VALUES ('NGrammys', 1);

INSERT INTO conversation (tenant, owner, id, operation, title, settings, created, updated, leaf, epoch, deleted) VALUES
    ('acme', 'ann', '00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000011', 'On hedgehogs', '{"a":1}', 1000, 2000, '00000000-0000-0000-0000-000000000042', 3, NULL),
    ('acme', 'ann', '00000000-0000-0000-0000-000000000002', '00000000-0000-0000-0000-000000000012', '', '', 1000, 1500, NULL, 1, 1600);
INSERT INTO message (conversation, id, parent, role, text, created, operation) VALUES
    (1, '00000000-0000-0000-0000-000000000041', NULL, 'user', 'What do they eat? 何を食べますか', 1500, '00000000-0000-0000-0000-000000000021'),
    (1, '00000000-0000-0000-0000-000000000042', '00000000-0000-0000-0000-000000000041', 'assistant', 'Beetles. 甲虫です', 1500, '00000000-0000-0000-0000-000000000021');
INSERT INTO turn (conversation, id, operation, reply, settings, seed, fingerprint, choices, attempts, began, ended, finish, statistics, prompt) VALUES
    (1, '00000000-0000-0000-0000-000000000031', '00000000-0000-0000-0000-000000000021', '00000000-0000-0000-0000-000000000042', '{}', -2, 'sha256:abc', 1, 2, 1500, 2000, 'stop', '{"steps":1}', '\x01000000');
INSERT INTO transcript VALUES
    (1, '00000000-0000-0000-0000-000000000031', 0, 0, 3, 0, '\x0700000008000000', '\x0001', '\x0000803F0000003F', 4, 0, 'Beetles. 甲虫です');
