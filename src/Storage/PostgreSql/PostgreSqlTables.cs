namespace NGrammys.Storage.PostgreSql;

/// <summary>The tables of schema version 1. Never changed once released.</summary>
internal static class PostgreSqlTables
{
    public const string Sql = """
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
        """;
}
