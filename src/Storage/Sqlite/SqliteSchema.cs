namespace NGrammys.Storage.Sqlite;

/// <summary>The tables, and how a file of an earlier version becomes one of this version.</summary>
internal static class SqliteSchema
{
    /// <summary>Stands in the file's header and says that it is ours: "NGRM".</summary>
    private const int ApplicationId = 0x4E47524D;

    // Entry v makes a file of version v + 1 out of one of version v. Entries are never changed once released.
    private static readonly string[] Migrations =
    [
        """
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
        """,
        // How far the reply was when its last attempt began.
        "ALTER TABLE turn ADD COLUMN attempted_from INTEGER NOT NULL DEFAULT 0;",
        SqliteLists.Sql,
        QuotaTable.Sql,
        ConversationTable.ModelSql,
        // Since here a file says itself which earlier programs may go on with it.
        "CREATE TABLE compatibility (oldest INTEGER NOT NULL) STRICT; INSERT INTO compatibility VALUES (0);",
    ];

    // Programs of this version and later go on with the tables, so that one may go back to the release before. A migration that they would stumble over raises it.
    private const int Oldest = 6;

    /// <summary>Version of the files that this program writes.</summary>
    public static int Version => Migrations.Length;

    /// <summary>Recognises the file, brings it to this version and sets how it is written.</summary>
    /// <exception cref="StorageException">It is somebody else's file, or a newer version's that this one cannot go on with.</exception>
    public static void Prepare(SqliteDatabase database, string path)
    {
        var version = (int)database.Scalar("PRAGMA user_version");
        var foreign = database.Scalar("PRAGMA application_id") != ApplicationId;
        if (foreign && (version != 0 || database.Scalar("SELECT count(*) FROM sqlite_schema") != 0))
        {
            throw new StorageException(StorageError.Corrupt,
                $"{path} is a database of another program; move it away or choose another data folder.");
        }

        if (version > Version && !LeavesRoom(database))
        {
            throw new StorageException(StorageError.Newer,
                $"{path} was written by a newer version (schema {version}, this one knows {Version}); upgrade, or choose another data folder.");
        }

        database.Run("PRAGMA journal_mode = WAL");
        database.Run("PRAGMA synchronous = FULL");
        database.Run("PRAGMA secure_delete = ON"); // what a person deletes leaves the file too
        Migrate(database, version);
    }

    /// <summary>Whether a newer version's file may be used by this one.</summary>
    private static bool LeavesRoom(SqliteDatabase database) =>
        database.Scalar("SELECT count(*) FROM sqlite_schema WHERE name = 'compatibility'") == 1 && database.Scalar("SELECT oldest FROM compatibility") <= Version;

    private static void Migrate(SqliteDatabase database, int version)
    {
        if (version >= Version)
            return;
        database.Run("BEGIN IMMEDIATE");
        foreach (var migration in Migrations.AsSpan(version))
            database.Run(migration);
        database.Run($"UPDATE compatibility SET oldest = {Oldest}");
        database.Run($"PRAGMA application_id = {ApplicationId}");
        database.Run($"PRAGMA user_version = {Version}");
        database.Run("COMMIT");
    }
}
