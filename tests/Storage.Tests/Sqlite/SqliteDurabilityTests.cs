using System.Text;
using NGrammys.Storage.Sqlite;

namespace NGrammys.Storage.Tests.Sqlite;

/// <summary>What is left after a stop, a kill and a torn log.</summary>
public sealed class SqliteDurabilityTests : IAsyncDisposable
{
    private readonly SqliteUnderTest _test = new();

    public ValueTask DisposeAsync() => _test.DisposeAsync();

    [Fact]
    public async Task Reopen_finds_everything()
    {
        var (claim, turn) = await RunningTurnAsync();
        await _test.Transcript.AppendAsync(new TurnAppend(claim, turn.Id, [Sample.Row(0, 3)]));
        await _test.Transcript.AppendAsync(new TurnAppend(claim, turn.Id, [Sample.Row(3)], Sample.End()));
        var loaded = await _test.Conversations.LoadAsync(claim.Conversation);
        var rows = await _test.Transcript.ReadAsync(claim.Conversation, turn.Id, 0, 0);

        await _test.ReopenAsync();

        Assert.Equivalent(loaded, await _test.Conversations.LoadAsync(claim.Conversation), strict: true);
        Assert.Equivalent(rows, await _test.Transcript.ReadAsync(claim.Conversation, turn.Id, 0, 0), strict: true);
        Assert.Equal(turn.Prompt, await _test.Transcript.ReadPromptAsync(claim.Conversation, turn.Id));
        Assert.Equal(2, (await _test.Conversations.ClaimAsync(claim.Conversation))!.Epoch);
    }

    [Fact]
    public async Task Kill_loses_nothing_that_was_acknowledged()
    {
        var (claim, turn) = await RunningTurnAsync();
        for (var position = 0; position < 20; position++)
            await _test.Transcript.AppendAsync(new TurnAppend(claim, turn.Id, [Sample.Row(position)]));

        await using var store = SqliteStore.Open(_test.CopyAsAfterKill(), _test.Time);

        Assert.Equal(Enumerable.Range(0, 20), await PositionsAsync(store, claim.Conversation, turn.Id));
        Assert.True((await store.LoadAsync(claim.Conversation))!.Header.Running);
    }

    [Fact]
    public async Task Log_cut_anywhere_loses_only_its_end()
    {
        var (claim, turn) = await RunningTurnAsync();
        for (var position = 0; position < 20; position++)
            await _test.Transcript.AppendAsync(new TurnAppend(claim, turn.Id, [Sample.Row(position)]));

        var random = new Random(1);
        var lengths = new HashSet<int>();
        for (var i = 0; i < 12; i++)
        {
            await using var store = SqliteStore.Open(_test.CopyAsAfterKill(missing: random.Next(1, 100_000)), _test.Time);
            var positions = await PositionsAsync(store, claim.Conversation, turn.Id);
            Assert.Equal(Enumerable.Range(0, positions.Count), positions);
            lengths.Add(positions.Count);
        }

        Assert.True(lengths.Count > 3, "The cuts must have hit several commits for this test to mean anything.");
    }

    [Fact]
    public async Task Delete_leaves_nothing_of_the_text_in_the_files()
    {
        var (claim, turn) = await RunningTurnAsync();
        await _test.Transcript.AppendAsync(new TurnAppend(claim, turn.Id, [Sample.Row(0) with { Text = "a secret" }], Sample.End("a secret reply")));
        await _test.ReopenAsync();
        Assert.True(Contains("a secret"));

        await _test.Conversations.DeleteAsync(claim.Conversation);
        await _test.ReopenAsync();

        Assert.False(Contains("a secret"));

        bool Contains(string text) => File.ReadAllBytes(_test.Path).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
    }

    [Fact]
    public async Task Delete_leaves_nothing_in_the_search_index()
    {
        var (claim, turn) = await RunningTurnAsync();
        await _test.Transcript.AppendAsync(new TurnAppend(claim, turn.Id, [], Sample.End("a secret reply")));
        Assert.Equal(1, Grams("sec"));

        await _test.Conversations.DeleteAsync(claim.Conversation);

        Assert.Equal(0, Grams("sec"));
        Assert.Equal(0, Grams("hel"));

        long Grams(string gram)
        {
            using var database = new SqliteDatabase(_test.Path, Microsoft.Data.Sqlite.SqliteOpenMode.ReadWrite);
            database.Run("CREATE VIRTUAL TABLE temp.gram USING fts5vocab('main', 'message_search', 'row')");
            return database.Scalar($"SELECT count(*) FROM temp.gram WHERE term = '{gram}'");
        }
    }

    [Fact]
    public async Task Dispose_writes_what_is_queued_and_takes_nothing_more()
    {
        var (claim, turn) = await RunningTurnAsync();
        var queued = Enumerable.Range(0, 100)
            .Select(position => _test.Transcript.AppendAsync(new TurnAppend(claim, turn.Id, [Sample.Row(position)]))).ToList();
        var closed = _test.Store;

        await _test.ReopenAsync();

        Assert.All(await Task.WhenAll(queued), result => Assert.Equal(AppendOutcome.Appended, result.Outcome));
        Assert.Equal(Enumerable.Range(0, 100), await PositionsAsync(_test.Store, claim.Conversation, turn.Id));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => closed.ClaimAsync(claim.Conversation));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => closed.LoadAsync(claim.Conversation));
    }

    private static async Task<List<int>> PositionsAsync(SqliteStore store, ConversationId conversation, Guid turn) =>
        [.. (await store.ReadAsync(conversation, turn, 0, 0)).Select(row => row.Position)];

    private async Task<(Claim Claim, NewTurn Turn)> RunningTurnAsync()
    {
        var id = Sample.Conversation();
        await _test.Conversations.CreateAsync(id, Guid.NewGuid(), "Title", "{}");
        var claim = (await _test.Conversations.ClaimAsync(id))!;
        var turn = Sample.Turn();
        await _test.Conversations.BeginTurnAsync(claim, turn);
        return (claim, turn);
    }
}
