using Npgsql;

namespace NGrammys.Storage.Tests.PostgreSql;

/// <summary>Group commit, and failures inside a group.</summary>
public sealed class PostgreSqlAppendsTests : IAsyncLifetime
{
    private readonly PostgreSqlUnderTest _test = new();

    public ValueTask InitializeAsync() => _test.OpenAsync();

    public ValueTask DisposeAsync() => _test.DisposeAsync();

    [Fact]
    public async Task Append_hundred_that_wait_together_share_one_commit_and_each_has_its_outcome()
    {
        var (blocker, blocked) = await RunningTurnAsync();
        var (claim, turn) = await RunningTurnAsync();
        var (lost, stale) = await RunningTurnAsync();
        await _test.Conversations.ClaimAsync(lost.Conversation);
        var commits = _test.Store.Appends.Commits;
        List<Task<AppendResult>> appends = [];
        await using (await LockAsync(blocker))
        {
            appends.Add(AppendAsync(blocker, blocked, 0));
            appends.AddRange(Enumerable.Range(0, 98).Select(position => AppendAsync(claim, turn, position)));
            appends.Add(AppendAsync(lost, stale, 0));
            appends.Add(AppendAsync(claim, turn, 500));
        }

        await Task.WhenAll(appends[1..]);
        Assert.All(appends[1..^2], append => Assert.Equal(AppendOutcome.Appended, append.Result.Outcome));
        Assert.Equal(AppendOutcome.Fenced, (await appends[^2]).Outcome);
        Assert.Equal(new AppendResult(AppendOutcome.OutOfOrder, 0, 98), await appends[^1]);
        Assert.InRange(_test.Store.Appends.Commits - commits, 1, 3);
        Assert.Equal(98, (await _test.Transcript.ReadAsync(claim.Conversation, turn, 0, 0)).Count);

        // The first is busy if this machine took a second to queue the others.
        await Task.WhenAny(appends[0]);
    }

    [Fact]
    public async Task Append_to_a_conversation_that_somebody_locks_fails_alone_and_succeeds_again()
    {
        var (locked, first) = await RunningTurnAsync();
        var (free, second) = await RunningTurnAsync();
        await using (await LockAsync(locked))
        {
            var refused = AppendAsync(locked, first, 0);
            var served = AppendAsync(free, second, 0);

            Assert.Equal(StorageError.Unavailable, (await Assert.ThrowsAsync<StorageException>(() => refused)).Error);
            Assert.Equal(AppendOutcome.Appended, (await served).Outcome);
        }

        Assert.Equal(AppendOutcome.Appended, (await AppendAsync(locked, first, 0)).Outcome);
    }

    [Fact]
    public async Task Appends_to_locked_conversations_wait_together_and_not_one_after_the_other()
    {
        List<(Claim Claim, Guid Turn)> locked = [];
        for (var i = 0; i < 16; i++)
            locked.Add(await RunningTurnAsync());
        var commits = _test.Store.Appends.Commits;
        await using var foreign = await LockAsync(locked[0].Claim, locked[1..].Select(other => other.Claim));
        var began = TimeProvider.System.GetTimestamp();

        await Task.WhenAll(locked.Select(one => Assert.ThrowsAsync<StorageException>(() => AppendAsync(one.Claim, one.Turn, 0))));

        // The first may go out alone; each group then has one second, where sixteen that wait in turn would take sixteen.
        Assert.InRange(_test.Store.Appends.Commits - commits, 1, 3);
        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalSeconds, 0, 12);
    }

    [Fact]
    public async Task Append_whose_connection_dies_is_told_and_may_be_repeated()
    {
        var (claim, turn) = await RunningTurnAsync();
        await AppendAsync(claim, turn, 0);
        Task<AppendResult> append;
        await using (await LockAsync(claim))
        {
            append = AppendAsync(claim, turn, 1);
            while (await _test.RunAsync("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'ngrammys' "
                + $"AND EXISTS (SELECT 1 FROM pg_locks l WHERE l.pid = pg_stat_activity.pid AND l.relation = '{_test.Schema}.conversation'::regclass)") is 0L)
            {
                Assert.False(append.IsCompletedSuccessfully);
                if (append.IsFaulted)
                    break; // the lock's own limit was faster
            }
        }

        var failure = await Assert.ThrowsAsync<StorageException>(() => append);

        Assert.Equal(StorageError.Unavailable, failure.Error);
        Assert.DoesNotContain('\n', failure.Message);
        Assert.Equal(AppendOutcome.Appended, (await AppendAsync(claim, turn, 1)).Outcome);
    }

    [Fact]
    public async Task Dispose_sends_what_is_queued_and_takes_nothing_more()
    {
        var (claim, turn) = await RunningTurnAsync();
        var queued = Enumerable.Range(0, 50).Select(position => AppendAsync(claim, turn, position)).ToList();

        await _test.Store.DisposeAsync();

        Assert.All(await Task.WhenAll(queued), result => Assert.Equal(AppendOutcome.Appended, result.Outcome));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => AppendAsync(claim, turn, 50));
    }

    private Task<AppendResult> AppendAsync(Claim claim, Guid turn, int position) =>
        _test.Transcript.AppendAsync(new TurnAppend(claim, turn, [Sample.Row(position)]));

    /// <summary>Holds a conversation's row until it is disposed.</summary>
    private async Task<NpgsqlConnection> LockAsync(Claim claim, IEnumerable<Claim>? others = null)
    {
        var connection = await _test.ForeignAsync();
        var ids = string.Join(", ", (others ?? []).Prepend(claim).Select(one => $"'{one.Conversation.Id}'"));
        await using var command = new NpgsqlCommand($"BEGIN; SELECT 1 FROM conversation WHERE id IN ({ids}) FOR UPDATE", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    private async Task<(Claim Claim, Guid Turn)> RunningTurnAsync()
    {
        var id = Sample.Conversation();
        await _test.Conversations.CreateAsync(id, Guid.NewGuid(), "Title", "{}");
        var claim = (await _test.Conversations.ClaimAsync(id))!;
        var turn = Sample.Turn();
        await _test.Conversations.BeginTurnAsync(claim, turn);
        return (claim, turn.Id);
    }
}
