using Microsoft.Data.Sqlite;
using NGrammys.Storage.Sqlite;

namespace NGrammys.Storage.Tests.Sqlite;

/// <summary>Group commit, and failures inside a group.</summary>
public sealed class SqliteWriterTests : IAsyncDisposable
{
    private readonly SqliteUnderTest _test = new();

    private SqliteWriter Writer => _test.Store.Writer;

    public ValueTask DisposeAsync() => _test.DisposeAsync();

    [Fact]
    public async Task Write_thousand_appends_that_wait_together_share_one_commit()
    {
        var id = Sample.Conversation();
        await _test.Conversations.CreateAsync(id, Guid.NewGuid(), "Title", "{}");
        var claim = (await _test.Conversations.ClaimAsync(id))!;
        var turn = Sample.Turn();
        await _test.Conversations.BeginTurnAsync(claim, turn);
        var commits = Writer.Commits;

        var appends = await BehindOneAnotherAsync(() => Enumerable.Range(0, 1000)
            .Select(position => _test.Transcript.AppendAsync(new TurnAppend(claim, turn.Id, [Sample.Row(position)]))));

        Assert.All(appends, append => Assert.Equal(AppendOutcome.Appended, append.Result.Outcome));
        Assert.Equal(2, Writer.Commits - commits); // the write that held the others up, and theirs
        Assert.Equal(1000, (await _test.Transcript.ReadAsync(id, turn.Id, 0, 0)).Count);
    }

    [Fact]
    public async Task Write_that_throws_is_undone_alone()
    {
        ConversationId[] ids = [Sample.Conversation(), Sample.Conversation(), Sample.Conversation()];

        var creations = await BehindOneAnotherAsync(() => ids.Select((id, i) => Writer.WriteAsync(database =>
        {
            ConversationTable.Create(database, id, Guid.NewGuid(), "Title", "{}", model: null, _test.Time.GetUtcNow());
            return i == 1 ? throw new InvalidOperationException("no") : true;
        })));

        Assert.Equal([true, false, true], creations.Select(c => c.IsCompletedSuccessfully));
        Assert.IsType<InvalidOperationException>(creations[1].Exception?.InnerException);
        Assert.Equal([ids[2], ids[0]], (await _test.Conversations.ListAsync("acme", "ann", 10)).Select(c => c.Id));
    }

    [Fact]
    public async Task Write_on_a_full_disk_is_told_and_loses_nothing()
    {
        var id = Sample.Conversation();
        await _test.Conversations.CreateAsync(id, Guid.NewGuid(), "Title", "{}");
        var claim = (await _test.Conversations.ClaimAsync(id))!;
        await LimitPagesAsync(1);
        var large = Sample.Turn(text: new string('x', 1_000_000));

        var failure = await Assert.ThrowsAsync<StorageException>(() => _test.Conversations.BeginTurnAsync(claim, large));

        Assert.Equal(StorageError.Full, failure.Error);
        Assert.DoesNotContain('\n', failure.Message);
        Assert.Empty((await _test.Conversations.LoadAsync(id))!.Messages);

        await LimitPagesAsync(1_000_000);
        Assert.Equal(BeginTurnOutcome.Begun, (await _test.Conversations.BeginTurnAsync(claim, large)).Outcome);
    }

    [Fact]
    public async Task Commit_that_fails_is_told_to_all_of_its_group_and_the_next_one_succeeds()
    {
        var id = Sample.Conversation();
        var failed = await BehindOneAnotherAsync<CreateResult>(() =>
        [
            _test.Conversations.CreateAsync(id, Guid.NewGuid(), "Title", "{}"),
            // Leaves a broken reference that is looked at only when all is committed.
            Writer.WriteAsync(database =>
            {
                database.Run("PRAGMA defer_foreign_keys = ON");
                database.Run("INSERT INTO transcript VALUES (99, x'00', 0, 0, 1, 0, x'', x'', x'', 0, 0, '')");
                return new CreateResult(CreateOutcome.Created);
            }),
        ]);

        Assert.All(failed, task => Assert.IsType<StorageException>(task.Exception?.InnerException));
        Assert.Null(await _test.Conversations.LoadAsync(id));
        Assert.Equal(CreateOutcome.Created, (await _test.Conversations.CreateAsync(id, Guid.NewGuid(), "Title", "{}")).Outcome);
    }

    [Fact]
    public async Task Damaged_pages_are_told_in_one_line()
    {
        var id = Sample.Conversation();
        await _test.Conversations.CreateAsync(id, Guid.NewGuid(), "Title", "{}");
        var claim = (await _test.Conversations.ClaimAsync(id))!;
        await _test.Conversations.BeginTurnAsync(claim, Sample.Turn(text: new string('x', 100_000)));
        await _test.Store.DisposeAsync();
        using (var file = File.OpenWrite(_test.Path))
        {
            file.Position = 4096 * 2;
            file.Write([.. Enumerable.Repeat((byte)0xA5, 4096 * 8)]);
        }

        await using var store = SqliteStore.Open(_test.Path, _test.Time);
        var failure = await Assert.ThrowsAsync<StorageException>(() => store.LoadAsync(id));

        Assert.Equal(StorageError.Corrupt, failure.Error);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public async Task Foreign_program_that_holds_the_file_is_told()
    {
        using var foreign = new SqliteConnection($"Data Source={_test.Path};Pooling=False");
        foreign.Open();
        using var command = foreign.CreateCommand();
        command.CommandText = "PRAGMA busy_timeout = 0; BEGIN IMMEDIATE";
        command.ExecuteNonQuery();

        var failure = await Assert.ThrowsAsync<StorageException>(
            () => _test.Conversations.CreateAsync(Sample.Conversation(), Guid.NewGuid(), "Title", "{}"));

        Assert.Equal(StorageError.InUse, failure.Error);
    }

    private Task LimitPagesAsync(int pages) => Writer.WriteAsync(database => database.Scalar($"PRAGMA max_page_count = {pages}"));

    /// <summary>Queues writes while another holds the writer up, so that they form one group; waits until all have an answer.</summary>
    private async Task<List<Task<T>>> BehindOneAnotherAsync<T>(Func<IEnumerable<Task<T>>> writes)
    {
        using var queued = new ManualResetEventSlim();
        using var held = new ManualResetEventSlim();
        var first = Writer.WriteAsync(_ =>
        {
            held.Set();
            queued.Wait(TestContext.Current.CancellationToken);
            return true;
        });
        held.Wait(TestContext.Current.CancellationToken);
        var tasks = writes().ToList();
        queued.Set();
        await first;
        await Task.WhenAll(tasks).ContinueWith(_ => { }, TaskScheduler.Default);
        return tasks;
    }
}
