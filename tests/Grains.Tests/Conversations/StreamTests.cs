using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Tests.Hosting;
using NGrammys.TestSupport;

namespace NGrammys.Grains.Tests.Conversations;

public sealed class StreamTests(GrainCluster cluster)
{
    [Fact]
    public async Task A_reply_that_is_over_is_replayed_from_any_position()
    {
        cluster.Engine.Use(ScriptedChat.Answering(ScriptedChat.Song));
        var chat = await Chat.CreateAsync(cluster);
        var turn = await chat.SendAsync("sing");
        var whole = chat.Read(turn.Turn);
        await whole.ReadToEndAsync();
        await chat.DeactivateAsync();
        for (var from = 0; from <= whole.Tokens.Count; from += 17)
        {
            var chunks = await ChunksAsync(chat, turn, from);
            Assert.Equal(whole.Tokens[from..], chunks.SelectMany(chunk => chunk.Tokens).Skip(from - chunks[0].Position));
            Assert.Equal(whole.Text[chunks[0].TextOffset..], string.Concat(chunks.Select(chunk => chunk.Text)));
            Assert.Equal(whole.End, chunks[^1].End);
        }

        var end = Assert.Single(await ChunksAsync(chat, turn, whole.Tokens.Count));
        Assert.Equal((ChunkKind.End, whole.Tokens.Count), (end.Kind, end.Position));
    }

    [Fact]
    public async Task A_running_reply_is_read_from_the_middle_and_by_many()
    {
        using var gate = new Gate();
        cluster.Engine.Use(ScriptedChat.Answering(ScriptedChat.Song), gate);
        var chat = await Chat.CreateAsync(cluster);
        var turn = await chat.SendAsync("sing");
        var first = chat.Read(turn.Turn);
        await first.StepAsync(gate, 12);

        // An enumerator that nobody pulls any more, nor disposes of, as a relay leaves it.
        var abandoned = chat.Grain.Stream(turn.Turn, 0, 0).GetAsyncEnumerator();
        Assert.True(await abandoned.MoveNextAsync().AsTask().For("the first chunk"));

        var second = chat.Read(turn.Turn);
        await second.ReadAsync(reader => reader.Tokens.Count >= 12);
        var middle = ChunksAsync(chat, turn, 6);
        gate.Open();
        await Task.WhenAll(first.ReadToEndAsync(), second.ReadToEndAsync());
        Assert.Equal(ScriptedChat.Song("sing"), first.Text);
        Assert.Equal(first.Tokens, second.Tokens);
        var chunks = await middle.For("the rest of the reply");
        Assert.InRange(chunks[0].Position, 0, 6);
        Assert.Equal(first.Tokens[chunks[0].Position..], chunks.SelectMany(chunk => chunk.Tokens));
    }

    [Fact]
    public async Task A_reader_ahead_of_the_reply_is_sent_back()
    {
        using var gate = new Gate();
        cluster.Engine.Use(ScriptedChat.Answering(ScriptedChat.Song), gate);
        var chat = await Chat.CreateAsync(cluster);
        var turn = await chat.SendAsync("sing");
        await gate.StepAsync(3);
        var reader = chat.Read(turn.Turn);
        await reader.ReadAsync(r => r.Tokens.Count >= 3);
        var chunks = ChunksAsync(chat, turn, 1000);
        gate.Open();
        await reader.ReadToEndAsync();
        await AssertRewoundAsync(await chunks.For("the rest of the reply"));
        await AssertRewoundAsync(await ChunksAsync(chat, turn, 1000));

        Task AssertRewoundAsync(List<TokenChunk> answer)
        {
            Assert.Equal(ChunkKind.Rewind, answer[0].Kind);
            Assert.InRange(answer[0].Position, 3, reader.Tokens.Count);
            Assert.Equal(reader.Tokens[answer[0].Position..], answer.SelectMany(chunk => chunk.Tokens));
            Assert.Equal(reader.Tokens.Count, answer[^1].Position);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task Who_stops_to_read_does_not_stop_the_reply()
    {
        using var gate = new Gate();
        cluster.Engine.Use(ScriptedChat.Answering(ScriptedChat.Song), gate);
        var chat = await Chat.CreateAsync(cluster);
        var turn = await chat.SendAsync("sing");
        using var cancellation = new CancellationTokenSource();
        var reading = ReadAsync();
        cancellation.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.For("the cancelled reader to leave"));
        gate.Open();
        var reader = chat.Read(turn.Turn);
        await reader.ReadToEndAsync();
        Assert.Equal("stop", reader.End!.Finish);

        async Task ReadAsync()
        {
            await foreach (var chunk in chat.Grain.Stream(turn.Turn, 0, 0, cancellation.Token)) Assert.Empty(chunk.Tokens);
        }
    }

    [Fact]
    public async Task Positions_and_choices_that_cannot_be_are_refused()
    {
        cluster.Engine.Use(ScriptedChat.Answering(_ => "short"));
        var chat = await Chat.CreateAsync(cluster);
        var turn = await chat.SendAsync("hello");
        await chat.Read(turn.Turn).ReadToEndAsync();
        await Refusal.ExpectAsync(ConversationError.InvalidRequest, () => ChunksAsync(chat, turn, -1));
        await Refusal.ExpectAsync(ConversationError.UnknownTurn, () => ChunksAsync(chat, turn, 0, choice: 1));
    }

    private static async Task<List<TokenChunk>> ChunksAsync(Chat chat, TurnHandle turn, int from, int choice = 0)
    {
        var chunks = new List<TokenChunk>();
        await foreach (var chunk in chat.Grain.Stream(turn.Turn, choice, from))
        {
            if (chunk.Kind != ChunkKind.KeepAlive) chunks.Add(chunk);
        }

        return chunks;
    }
}
