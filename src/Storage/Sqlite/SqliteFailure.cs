using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace NGrammys.Storage.Sqlite;

/// <summary>What a failure of SQLite means to the person who runs the server.</summary>
internal static class SqliteFailure
{
    public static StorageException Explain(SqliteException failure, string path)
    {
        var (error, line) = failure.SqliteErrorCode switch
        {
            SQLITE_FULL => (StorageError.Full, $"The disk that holds {path} is full; free some space. What was stored before is not lost."),
            SQLITE_CORRUPT or SQLITE_NOTADB => (StorageError.Corrupt,
                $"{path} is damaged or is no database; restore it from a backup, or move it away to start anew."),
            SQLITE_BUSY or SQLITE_LOCKED => (StorageError.InUse, $"{path} is locked by another program; close that program."),
            _ => (StorageError.Unavailable,
                $"{path} cannot be read or written (SQLite error {failure.SqliteExtendedErrorCode}); check the disk and the permissions of file and folder."),
        };
        return new StorageException(error, line, failure);
    }
}
