using Npgsql;

namespace NGrammys.Storage.PostgreSql;

/// <summary>What a failure of PostgreSQL, or of the way to it, means to the person who runs the server.</summary>
internal static class PostgreSqlFailure
{
    /// <summary>Whether an exception is the database's and not ours.</summary>
    public static bool Is(Exception failure) => failure is NpgsqlException or TimeoutException or System.Net.Sockets.SocketException;

    public static StorageException Explain(Exception failure, string database)
    {
        var state = (failure as PostgresException)?.SqlState ?? "";
        if (state is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
            return Busy(database, failure);
        var (error, line) = state switch
        {
            PostgresErrorCodes.DiskFull => (StorageError.Full,
                $"The disk of {database} is full; free some space. What was stored before is not lost."),
            PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted => (StorageError.Corrupt,
                $"{database} is damaged (SQLSTATE {state}); restore it from a backup."),
            PostgresErrorCodes.InvalidCatalogName => (StorageError.Unavailable, $"{database} does not exist; create it, or name another one."),
            PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => (StorageError.Unavailable,
                $"{database} refuses the user or the password; check the connection string."),
            PostgresErrorCodes.InsufficientPrivilege => (StorageError.Unavailable,
                $"{database} does not let this user create or write its tables; grant it, or name another user."),
            "" => (StorageError.Unavailable, $"{database} cannot be reached; check that PostgreSQL runs and the connection string."),
            _ => (StorageError.Unavailable, $"{database} refuses to serve now (SQLSTATE {state}); its log tells more."),
        };
        return new StorageException(error, line, failure);
    }

    /// <summary>Somebody holds a row for longer than a write waits.</summary>
    public static StorageException Busy(string database, Exception? failure = null) => new(
        StorageError.Unavailable, $"A conversation in {database} is locked by another program; try again.", failure);
}
