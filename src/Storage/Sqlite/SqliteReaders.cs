using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace NGrammys.Storage.Sqlite;

/// <summary>Reads beside the writer, each on a read-only connection of its own and on one snapshot of the file.</summary>
internal sealed class SqliteReaders(string path) : IDisposable
{
    private readonly ConcurrentBag<SqliteDatabase> _idle = [];
    private volatile bool _disposed;

    public Task<T> ReadAsync<T>(Func<SqliteDatabase, T> read)
    {
        ObjectDisposedException.ThrowIf(_disposed, typeof(SqliteStore));
        // SQLite blocks while it waits for the disk: not on the caller's thread.
        return Task.Run(() => Read(read));
    }

    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryTake(out var database))
            database.Dispose();
    }

    private T Read<T>(Func<SqliteDatabase, T> read)
    {
        SqliteDatabase? database = null;
        try
        {
            if (!_idle.TryTake(out database))
                database = new SqliteDatabase(path, SqliteOpenMode.ReadOnly);
            database.Execute("BEGIN");
            var result = read(database);
            database.Execute("COMMIT");
            _idle.Add(database);
            if (_disposed)
                Dispose();
            return result;
        }
        catch (Exception failure)
        {
            // What state the connection is in is not worth asking.
            database?.Dispose();
            if (failure is SqliteException sqlite)
                throw SqliteFailure.Explain(sqlite, path);
            throw;
        }
    }
}
