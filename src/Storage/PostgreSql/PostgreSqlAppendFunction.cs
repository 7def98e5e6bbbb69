namespace NGrammys.Storage.PostgreSql;

/// <summary>The append of schema version 1: many turns in one statement, each with an outcome of its own.</summary>
internal static class PostgreSqlAppendFunction
{
    public const string Sql = """
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
        """;
}
