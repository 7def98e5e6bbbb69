using Microsoft.Extensions.Time.Testing;
using NGrammys.Client;
using NGrammys.Client.Protocol;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.WebFrontend.Streaming;
using static NGrammys.WebFrontend.Tests.Streaming.ScriptedConversation;

namespace NGrammys.WebFrontend.Tests.Streaming;

public sealed class TurnRelayTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task An_undisturbed_reply_passes_through_and_ends()
    {
        var conversation = new ScriptedConversation([Tokens(0, 1, 2), Say(ChunkKind.KeepAlive, 2), Tokens(2, 3), End(3)]);

        var events = await ReadAsync(conversation);

        Assert.Equal(["tokens", "keepAlive", "tokens", "end"], events.Select(e => e.Kind));
        Assert.Equal([1, 2, 3], events.SelectMany(e => e.Tokens));
        Assert.Equal("stop", events[^1].Finish);
        Assert.Equal([0], conversation.OpenedAt);
    }

    [Fact]
    public async Task A_silent_stream_is_left_behind_and_opened_again_at_the_next_position()
    {
        var conversation = new ScriptedConversation([Tokens(0, 1, 2), Hang], [Tokens(2, 3), End(3)]);

        var events = await ReadAsync(conversation);

        Assert.Equal([1, 2, 3], events.SelectMany(e => e.Tokens));
        Assert.Equal([0, 2], conversation.OpenedAt);
    }

    [Fact]
    public async Task A_stream_is_not_given_up_before_it_was_silent_for_1200_ms()
    {
        var conversation = new ScriptedConversation([Hang], [End(0)]);
        await using var events = Open(conversation).GetAsyncEnumerator(TestContext.Current.CancellationToken);

        var next = events.MoveNextAsync().AsTask();
        _time.Advance(TimeSpan.FromMilliseconds(1199));
        Assert.False(next.IsCompleted);
        Assert.Equal([0], conversation.OpenedAt);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.True(await next);
        Assert.Equal(TurnEventKind.KeepAlive, events.Current.Kind);
    }

    [Fact]
    public async Task A_stream_that_fails_or_just_stops_is_opened_again()
    {
        var conversation = new ScriptedConversation([Tokens(0, 1), Fail()], [Tokens(1, 2)], [Fail(new TimeoutException())], [Tokens(2, 3), End(3)]);

        var events = await ReadAsync(conversation);

        Assert.Equal([1, 2, 3], events.SelectMany(e => e.Tokens));
        Assert.Equal([0, 1, 2, 2], conversation.OpenedAt);
    }

    [Fact]
    public async Task What_a_reply_waits_for_is_told_until_it_goes_on()
    {
        var away = new Step.Say(new TokenChunk { Kind = ChunkKind.KeepAlive, Epoch = 1, Position = 1, StoreAway = true });
        var conversation = new ScriptedConversation([Tokens(0, 1), away, Hang], [Say(ChunkKind.KeepAlive, 1), Tokens(1, 2), End(2)]);

        var events = await ReadAsync(conversation);

        Assert.Equal(
            [("tokens", null), ("keepAlive", "storage"), ("keepAlive", "storage"), ("keepAlive", null), ("tokens", null), ("end", null)],
            events.Select(e => (e.Kind, e.WaitsFor)));
    }

    [Fact]
    public async Task That_nobody_serves_the_model_is_told_until_somebody_does()
    {
        var unserved = new ConversationException(ConversationError.ModelUnavailable, "No node serves it now.");
        var conversation = new ScriptedConversation([Tokens(0, 1), Fail(unserved)], [Fail(unserved)], [Tokens(1, 2), End(2)]);

        var events = await ReadAsync(conversation);

        Assert.Equal(
            [("tokens", null), ("keepAlive", "model"), ("keepAlive", "model"), ("tokens", null), ("end", null)],
            events.Select(e => (e.Kind, e.WaitsFor)));
    }

    [Fact]
    public async Task That_no_silo_can_read_the_conversation_is_told()
    {
        var unread = new ConversationException(ConversationError.Unavailable, "The database is away.") { StoreAway = true };
        var conversation = new ScriptedConversation([Tokens(0, 1), Fail()], [Fail(unread)], [Tokens(1, 2), End(2)]);

        var events = await ReadAsync(conversation);

        Assert.Equal(
            [("tokens", null), ("keepAlive", null), ("keepAlive", "storage"), ("tokens", null), ("end", null)],
            events.Select(e => (e.Kind, e.WaitsFor)));
    }

    [Fact]
    public async Task Tokens_that_came_before_are_dropped_also_in_the_middle_of_a_chunk()
    {
        var conversation = new ScriptedConversation([Tokens(0, 1, 2), Tokens(0, 1, 2), Tokens(1, 2, 3), Tokens(3, 4), End(4)]);

        var events = await ReadAsync(conversation);

        Assert.Equal([0, 2, 3, 4], events.Select(e => e.Position));
        Assert.Equal([1, 2, 3, 4], events.SelectMany(e => e.Tokens));
    }

    [Fact]
    public async Task A_gap_is_filled_by_opening_again()
    {
        var conversation = new ScriptedConversation([Tokens(0, 1), Tokens(2, 3), End(3)], [Tokens(1, 2, 3), End(3)]);

        var events = await ReadAsync(conversation);

        Assert.Equal([1, 2, 3], events.SelectMany(e => e.Tokens));
        Assert.Equal([0, 1], conversation.OpenedAt);
    }

    [Fact]
    public async Task A_process_that_lost_the_conversation_is_not_believed()
    {
        var conversation = new ScriptedConversation(
            [Say(ChunkKind.Tokens, 0, epoch: 2, 1), Say(ChunkKind.End, 1, epoch: 1)],
            [Say(ChunkKind.Tokens, 1, epoch: 2, 2), Say(ChunkKind.End, 2, epoch: 2)]);

        var events = await ReadAsync(conversation);

        Assert.Equal([1, 2], events.SelectMany(e => e.Tokens));
    }

    [Fact]
    public async Task A_rewind_is_passed_on_and_followed()
    {
        var conversation = new ScriptedConversation([Say(ChunkKind.Rewind, 1), Tokens(1, 7, 8), End(3)]);

        var events = await ReadAsync(conversation, from: 5);

        Assert.Equal([TurnEventKind.Rewind, TurnEventKind.Tokens, TurnEventKind.End], events.Select(e => e.Kind));
        Assert.Equal([1, 1, 3], events.Select(e => e.Position));
    }

    [Fact]
    public async Task A_refusal_is_passed_on_at_once()
    {
        var refusal = new ConversationException(ConversationError.UnknownTurn, "No such turn.");
        var conversation = new ScriptedConversation([Fail(refusal)]);

        Assert.Same(refusal, await Assert.ThrowsAsync<ConversationException>(() => ReadAsync(conversation)));
        Assert.Equal([0], conversation.OpenedAt);
    }

    [Fact]
    public async Task After_half_a_minute_without_a_frame_the_reader_is_told()
    {
        var started = _time.GetTimestamp();
        var conversation = new ScriptedConversation([Tokens(0, 1), Fail()], [Fail()]);

        var error = await Assert.ThrowsAsync<ChatException>(() => ReadAsync(conversation));

        Assert.Equal(RefusalCode.Unavailable, error.Code);
        Assert.InRange(_time.GetElapsedTime(started), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(34));
    }

    [Fact]
    public async Task A_reader_that_leaves_takes_its_stream_along()
    {
        var conversation = new ScriptedConversation([Tokens(0, 1), Tokens(1, 2), End(2)]);

        await foreach (var _ in Open(conversation))
            break;

        await conversation.ReaderGone.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal([0], conversation.OpenedAt);
    }

    /// <summary>Whatever the source does between its tokens, the union of what the reader keeps is the transcript.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Under_random_faults_every_token_comes_once_and_in_order(int seed)
    {
        var random = new Random(seed);
        var transcript = Enumerable.Range(0, 60).Select(_ => random.Next(26)).ToArray();
        var conversation = new ScriptedConversation([.. Enumerable.Range(0, 40).Select(_ => Faulty(transcript, random)), [Tokens(0, transcript), End(60)]]);

        var events = await ReadAsync(conversation);

        var kept = new List<int>();
        foreach (var frame in events.Where(e => e.Kind is TurnEventKind.Tokens))
        {
            Assert.Equal(kept.Count, frame.Position);
            kept.AddRange(frame.Tokens);
        }
        Assert.Equal(transcript, kept);
        Assert.Equal(TurnEventKind.End, events[^1].Kind);
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 100)];

    /// <summary>Chunks of the transcript with repetitions and gaps, and a fault at their end.</summary>
    private static Step[] Faulty(int[] transcript, Random random)
    {
        var steps = new List<Step>();
        var position = 0;
        for (var chunks = random.Next(12); chunks > 0; chunks--)
        {
            position = Math.Clamp(position + random.Next(-3, 4), 0, transcript.Length - 1);
            var end = Math.Min(transcript.Length, position + random.Next(1, 9));
            steps.Add(Tokens(position, transcript[position..end]));
            position = end;
        }
        steps.Add(random.Next(3) switch { 0 => Hang, 1 => Fail(), _ => Say(ChunkKind.KeepAlive, 0) });
        return [.. steps];
    }

    private IAsyncEnumerable<TurnEvent> Open(ScriptedConversation conversation, int from = 0) =>
        new TurnRelay(_time).ReadAsync(conversation.Stream, from, TestContext.Current.CancellationToken);

    /// <summary>Reads to the end; whenever the relay waits, time passes.</summary>
    private async Task<List<TurnEvent>> ReadAsync(ScriptedConversation conversation, int from = 0)
    {
        var read = new List<TurnEvent>();
        await using var events = Open(conversation, from).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        while (true)
        {
            var next = events.MoveNextAsync().AsTask();
            while (!next.IsCompleted)
            {
                _time.Advance(TimeSpan.FromMilliseconds(300));
                await Task.Yield();
            }
            if (!await next)
                return read;
            read.Add(events.Current);
        }
    }
}
