using System.Threading.Channels;
using NpgsqlTypes;

namespace NGrammys.Storage.PostgreSql;

/// <summary>
/// Appends of all conversations of this server over one statement at a time. Those that arrive while it is under way share the next one (group
/// commit); it commits by itself and answers for each turn, so that no conversation depends on another's outcome.
/// </summary>
internal sealed class PostgreSqlAppends : IAsyncDisposable
{
    // Bounds how long the first of a group waits for the others' rows.
    private const int LargestGroup = 256;

    private const string Statement = """
        SELECT ordinal, outcome, choice, head FROM append_turns(
            $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
        """;

    private readonly PostgreSqlDatabase _database;
    private readonly TimeProvider _time;
    private readonly Channel<Waiting> _queue = Channel.CreateUnbounded<Waiting>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task _running;

    public PostgreSqlAppends(PostgreSqlDatabase database, TimeProvider time)
    {
        _database = database;
        _time = time;
        _running = Task.Run(RunAsync);
    }

    /// <summary>Statements so far.</summary>
    public long Commits { get; private set; }

    /// <summary>Completes when the append is durable or refused.</summary>
    public Task<AppendResult> AppendAsync(TurnAppend append)
    {
        var waiting = new Waiting(append);
        ObjectDisposedException.ThrowIf(!_queue.Writer.TryWrite(waiting), typeof(PostgreSqlStore));
        return waiting.Completion.Task;
    }

    /// <summary>Sends what is queued.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _running.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        var group = new List<Waiting>();
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (group.Count < LargestGroup && _queue.Reader.TryRead(out var waiting))
                group.Add(waiting);
            await SendAsync(group).ConfigureAwait(false);
            group.Clear();
        }
    }

    private async Task SendAsync(List<Waiting> group)
    {
        try
        {
            var results = await _database.AllAsync(
                Statement, row => (Ordinal: row.Integer(0), Outcome: row.Text(1), Choice: row.Integer(2), Head: row.Integer(3)),
                Parameters(group.ConvertAll(w => w.Append))).ConfigureAwait(false);
            Commits++;
            foreach (var result in results)
            {
                var completion = group[result.Ordinal - 1].Completion;
                if (Enum.TryParse<AppendOutcome>(result.Outcome, out var outcome))
                    completion.SetResult(new AppendResult(outcome, result.Choice, result.Head));
                else
                    completion.SetException(PostgreSqlFailure.Busy(_database.Name));
            }
        }
        catch (Exception failure)
        {
            // Whatever it is, each caller is told: a writer that dies silently would hold them for ever.
            foreach (var waiting in group)
                waiting.Completion.TrySetException(failure);
        }
    }

    private object?[] Parameters(List<TurnAppend> appends)
    {
        var rows = appends.SelectMany((append, i) => append.Rows.Select(row => (Ordinal: i + 1, Row: row))).ToList();
        return
        [
            PostgreSqlColumn.Text(appends, a => a.Claim.Conversation.Tenant),
            PostgreSqlColumn.Text(appends, a => a.Claim.Conversation.Owner),
            PostgreSqlColumn.Of(NpgsqlDbType.Uuid, appends, a => a.Claim.Conversation.Id),
            PostgreSqlColumn.Of(NpgsqlDbType.Bigint, appends, a => a.Claim.Epoch),
            PostgreSqlColumn.Of(NpgsqlDbType.Uuid, appends, a => a.Claim.Token),
            PostgreSqlColumn.Of(NpgsqlDbType.Uuid, appends, a => a.Turn),
            PostgreSqlColumn.Text(appends, a => a.End?.Finish),
            PostgreSqlColumn.Text(appends, a => a.End?.Text),
            PostgreSqlColumn.Text(appends, a => a.End?.Error),
            PostgreSqlColumn.Text(appends, a => a.End?.Statistics),
            PostgreSqlColumn.Of(NpgsqlDbType.Integer, rows, r => r.Ordinal),
            .. PostgreSqlColumn.Rows(rows, r => r.Row),
            _time.GetUtcNow(),
        ];
    }

    private sealed record Waiting(TurnAppend Append)
    {
        // Callers go on elsewhere: the writer has the next group to send.
        public TaskCompletionSource<AppendResult> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
