using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Tests.Hosting;
using NGrammys.Storage;
using NGrammys.TestSupport;

namespace NGrammys.Grains.Tests.Conversations;

public sealed class ClockTests : IAsyncLifetime
{
    private static readonly TimeSpan Publication = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan KeepAlive = TimeSpan.FromMilliseconds(300);

    private readonly TestClock _clock = new();
    private readonly GrainCluster _cluster;

    public ClockTests() => _cluster = new GrainCluster(_clock);

    public ValueTask InitializeAsync() => _cluster.InitializeAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task The_first_token_comes_at_once_and_later_ones_on_the_clock()
    {
        using var gate = new Gate();
        _cluster.Engine.Use(ScriptedChat.Answering(ScriptedChat.Song), gate);
        var chat = await Chat.CreateAsync(_cluster);
        var turn = await chat.SendAsync("sing", new TurnSettings { MaxDraftNodes = 0 });
        await using var chunks = chat.Grain.Stream(turn.Turn, 0, 0).GetAsyncEnumerator();
        await gate.StepAsync(1);
        Assert.Equal([0], await NextAsync(chunks));

        // Four more tokens are made while the clock stands still: when it moves they come together, in one chunk.
        await gate.StepAsync(4);
        await gate.QuestionAsync();
        await _clock.ArmedAsync(Publication);
        _clock.Advance(Publication - TimeSpan.FromTicks(1));
        var next = NextAsync(chunks);
        Assert.False(next.IsCompleted);
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal([1, 2, 3, 4], await next);
        gate.Open();
    }

    [Fact]
    public async Task A_reply_that_is_held_up_says_every_300_ms_that_it_is_alive()
    {
        using var gate = new Gate();
        _cluster.Engine.Use(ScriptedChat.Answering(ScriptedChat.Song), gate);
        var chat = await Chat.CreateAsync(_cluster);
        var turn = await chat.SendAsync("sing");
        await using var chunks = chat.Grain.Stream(turn.Turn, 0, 0).GetAsyncEnumerator();
        for (var i = 0; i < 3; i++)
        {
            var next = NextAsync(chunks);
            await _clock.ArmedAsync(KeepAlive);
            _clock.Advance(KeepAlive - TimeSpan.FromTicks(1));
            Assert.False(next.IsCompleted);
            _clock.Advance(TimeSpan.FromTicks(1));
            Assert.Empty(await next);
            Assert.Equal((ChunkKind.KeepAlive, 0), (chunks.Current.Kind, chunks.Current.Position));
        }
    }

    [Fact]
    public async Task A_store_that_takes_nothing_for_a_second_is_told_of_until_it_is_back()
    {
        using var gate = new Gate();
        _cluster.Engine.Use(ScriptedChat.Answering(ScriptedChat.Song), gate);
        var chat = await Chat.CreateAsync(_cluster);
        var refused = new TaskCompletionSource();
        _cluster.Store.OnAppend = _ =>
        {
            refused.TrySetResult();
            throw new StorageException(StorageError.Unavailable, "The disk is away; mount it.");
        };
        var turn = await chat.SendAsync("sing", new TurnSettings { MaxDraftNodes = 0 });
        await gate.StepAsync(1);
        await refused.Task.For("the first append");
        await using var chunks = chat.Grain.Stream(turn.Turn, 0, 0).GetAsyncEnumerator();
        for (var waited = KeepAlive; waited < TimeSpan.FromSeconds(2); waited += KeepAlive)
        {
            var next = NextAsync(chunks);
            await _clock.ArmedAsync(KeepAlive);
            _clock.Advance(KeepAlive);
            Assert.Empty(await next);
            Assert.Equal(waited >= TimeSpan.FromSeconds(1), chunks.Current.StoreAway);
        }

        // It is asked again every second.
        _cluster.Store.OnAppend = null;
        IEnumerable<int> shown;
        do
        {
            var next = NextAsync(chunks);
            await Task.WhenAny(next, _clock.ArmedAsync(KeepAlive));
            _clock.Advance(KeepAlive);
            shown = await next;
        }
        while (chunks.Current.Kind == ChunkKind.KeepAlive);
        Assert.Equal([0], shown);
        Assert.False(chunks.Current.StoreAway);
        gate.Open();
    }

    private static async Task<IEnumerable<int>> NextAsync(IAsyncEnumerator<TokenChunk> chunks)
    {
        Assert.True(await chunks.MoveNextAsync().AsTask().For("the next chunk"));
        return Enumerable.Range(chunks.Current.Position, chunks.Current.Tokens.Length);
    }
}
