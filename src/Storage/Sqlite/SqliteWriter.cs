using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace NGrammys.Storage.Sqlite;

/// <summary>
/// The only writer of a file. Writes that arrive while a commit waits for the disk share the next one (group commit): a busy server pays one flush
/// for many conversations, an idle one answers at once, and no clock is needed.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    // Bounds how long the first of a group waits for the others' rows; at this size the flush is a small part of the commit already.
    private const int LargestGroup = 1024;

    private readonly SqliteDatabase _database;
    private readonly string _path;
    private readonly Channel<SqliteWrite> _queue = Channel.CreateUnbounded<SqliteWrite>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task _running;

    /// <summary>Starts writing; the database is owned from now on.</summary>
    public SqliteWriter(SqliteDatabase database, string path)
    {
        _database = database;
        _path = path;
        _running = Task.Run(RunAsync);
    }

    /// <summary>Commits so far.</summary>
    public long Commits { get; private set; }

    /// <summary>Runs a write; completes when it is durable. A write that throws is undone alone.</summary>
    public Task<T> WriteAsync<T>(Func<SqliteDatabase, T> act)
    {
        var write = new SqliteWrite<T>(act);
        ObjectDisposedException.ThrowIf(!_queue.Writer.TryWrite(write), typeof(SqliteStore));
        return write.Completion;
    }

    /// <summary>Writes what is queued, then closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _running.ConfigureAwait(false);
        _database.Dispose();
    }

    private async Task RunAsync()
    {
        var group = new List<SqliteWrite>();
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (group.Count < LargestGroup && _queue.Reader.TryRead(out var write))
                group.Add(write);
            Commit(group);
            group.Clear();
        }
    }

    private void Commit(List<SqliteWrite> group)
    {
        try
        {
            _database.Execute("BEGIN IMMEDIATE");
            foreach (var write in group)
                Run(write);
            _database.Execute("COMMIT");
            Commits++;
        }
        catch (SqliteException failure)
        {
            Undo();
            foreach (var write in group)
                write.Fail(SqliteFailure.Explain(failure, _path));
        }

        foreach (var write in group)
            write.Complete();
    }

    private void Undo()
    {
        try
        {
            if (_database.InTransaction)
                _database.Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // The next BEGIN fails with the same reason and tells its callers.
        }
    }

    private void Run(SqliteWrite write)
    {
        _database.Execute("SAVEPOINT one_write");
        try
        {
            write.Run(_database);
        }
        catch (Exception failure) when (_database.InTransaction) // a full disk, for one, undoes the whole group
        {
            _database.Execute("ROLLBACK TO one_write");
            write.Fail(failure is SqliteException sqlite ? SqliteFailure.Explain(sqlite, _path) : failure);
        }

        _database.Execute("RELEASE one_write");
    }
}
