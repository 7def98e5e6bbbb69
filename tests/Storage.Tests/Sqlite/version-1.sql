CREATE TABLE conversation (
    number    INTEGER PRIMARY KEY,  -- stands for (tenant, owner, id) in the keys of the other tables
    tenant    TEXT NOT NULL,
    owner     TEXT NOT NULL,
    id        BLOB NOT NULL,
    operation BLOB NOT NULL,        -- that created it
    title     TEXT NOT NULL,
    settings  TEXT NOT NULL,        -- JSON
    created   INTEGER NOT NULL,     -- all times: milliseconds since 1970, UTC
    updated   INTEGER NOT NULL,
    leaf      BLOB,                 -- last message of the selected branch
    epoch     INTEGER NOT NULL,     -- the fence: number of the last claim ...
    claimant  BLOB,                 -- ... and its token
    deleted   INTEGER,              -- a tombstone since then
    UNIQUE (tenant, owner, id),
    UNIQUE (tenant, owner, operation)
) STRICT;

CREATE INDEX conversation_by_update ON conversation (tenant, owner, updated DESC, number DESC) WHERE deleted IS NULL;

CREATE TABLE message (
    number       INTEGER PRIMARY KEY,  -- order in which they were added
    conversation INTEGER NOT NULL REFERENCES conversation,
    id           BLOB NOT NULL,
    parent       BLOB,
    role         TEXT NOT NULL,        -- system, user, assistant, tool
    text         TEXT NOT NULL,
    created      INTEGER NOT NULL,
    operation    BLOB NOT NULL,        -- that added it
    UNIQUE (conversation, id),
    FOREIGN KEY (conversation, parent) REFERENCES message (conversation, id)
) STRICT;

CREATE TABLE turn (
    number       INTEGER PRIMARY KEY,  -- order in which they began
    conversation INTEGER NOT NULL REFERENCES conversation,
    id           BLOB NOT NULL,
    operation    BLOB NOT NULL,        -- that began it
    reply        BLOB NOT NULL,        -- the message that it writes
    settings     TEXT NOT NULL,        -- JSON: sampling and stop, resolved
    seed         INTEGER NOT NULL,
    fingerprint  TEXT NOT NULL,        -- of the model
    choices      INTEGER NOT NULL,
    attempts     INTEGER NOT NULL,
    began        INTEGER NOT NULL,
    ended        INTEGER,              -- null while it runs
    finish       TEXT,
    error        TEXT,
    statistics   TEXT,                 -- JSON
    prompt       BLOB NOT NULL,        -- token ids, int32 little-endian; last, so that reading the rest skips its pages
    UNIQUE (conversation, id),
    UNIQUE (conversation, operation),
    FOREIGN KEY (conversation, reply) REFERENCES message (conversation, id)
) STRICT;

CREATE INDEX turn_running ON turn (conversation) WHERE ended IS NULL;

CREATE TABLE transcript (
    conversation INTEGER NOT NULL,
    turn         BLOB NOT NULL,
    choice       INTEGER NOT NULL,
    position     INTEGER NOT NULL,  -- of the first token
    epoch        INTEGER NOT NULL,  -- of the claim that wrote it
    step         INTEGER NOT NULL,
    tokens       BLOB NOT NULL,     -- int32 little-endian
    sources      BLOB NOT NULL,     -- a byte per token
    survival     BLOB NOT NULL,     -- float32 little-endian per token
    drafted      INTEGER NOT NULL,
    text_offset  INTEGER NOT NULL,  -- in UTF-16 code units
    text         TEXT NOT NULL,
    PRIMARY KEY (conversation, turn, choice, position),
    FOREIGN KEY (conversation, turn) REFERENCES turn (conversation, id)
) STRICT, WITHOUT ROWID;

PRAGMA application_id = 0x4E47524D;
PRAGMA user_version = 1;

INSERT INTO conversation VALUES
    (1, 'acme', 'ann', x'00000000000000000000000000000001', x'00000000000000000000000000000011', 'On hedgehogs', '{"a":1}', 1000, 2000,
        x'00000000000000000000000000000042', 3, NULL, NULL),
    (2, 'acme', 'ann', x'00000000000000000000000000000002', x'00000000000000000000000000000012', '', '', 1000, 1500, NULL, 1, NULL, 1600);
INSERT INTO message VALUES
    (1, 1, x'00000000000000000000000000000041', NULL, 'user', 'What do they eat? 何を食べますか', 1500, x'00000000000000000000000000000021'),
    (2, 1, x'00000000000000000000000000000042', x'00000000000000000000000000000041', 'assistant', 'Beetles. 甲虫です', 1500,
        x'00000000000000000000000000000021');
INSERT INTO turn VALUES
    (1, 1, x'00000000000000000000000000000031', x'00000000000000000000000000000021', x'00000000000000000000000000000042', '{}', -2, 'sha256:abc', 1, 2,
        1500, 2000, 'stop', NULL, '{"steps":1}', x'01000000');
INSERT INTO transcript VALUES
    (1, x'00000000000000000000000000000031', 0, 0, 3, 0, x'0700000008000000', x'0001', x'0000803F0000003F', 4, 0, 'Beetles. 甲虫です');
