namespace NGrammys.Storage.Sqlite;

/// <summary>One caller's write in a group: it runs, and is answered once the group is committed.</summary>
internal abstract class SqliteWrite
{
    private protected Exception? Failure { get; private set; }

    public abstract void Run(SqliteDatabase database);

    /// <summary>Notes that nothing of it is stored.</summary>
    public void Fail(Exception failure) => Failure = failure;

    /// <summary>Answers the caller.</summary>
    public abstract void Complete();
}

/// <inheritdoc/>
internal sealed class SqliteWrite<T>(Func<SqliteDatabase, T> act) : SqliteWrite
{
    // Callers go on elsewhere: the writer has the next group to commit.
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!;

    public Task<T> Completion => _completion.Task;

    public override void Run(SqliteDatabase database) => _result = act(database);

    public override void Complete()
    {
        if (Failure is null)
            _completion.SetResult(_result);
        else
            _completion.SetException(Failure);
    }
}
