using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Tests.Hosting;
using NGrammys.TestSupport;

namespace NGrammys.Grains.Tests.Placement;

/// <summary>A silo that alone does not reach the store: others go on with its conversations.</summary>
public sealed class CutOffTests : IAsyncLifetime
{
    private readonly GrainCluster _cluster = new(TimeProvider.System, silos: 2, duties: true);

    public async ValueTask InitializeAsync()
    {
        await _cluster.InitializeAsync();
        await _cluster.HeardAsync("scripted");
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task A_reply_goes_on_at_a_silo_that_reaches_the_store_and_nothing_is_lost_or_doubled()
    {
        using var gate = new Gate();
        _cluster.Engine.Use(ScriptedChat.Answering(ScriptedChat.Song), gate);
        var chat = await Chat.CreateAsync(_cluster);
        var turn = await chat.SendAsync("sing");
        var reader = chat.Read(turn.Turn);
        await reader.StepAsync(gate, 5);
        var cut = await _cluster.StoreOfAsync(chat.Grain);
        var before = await _cluster.AddressOfAsync(chat.Grain);

        cut.Cut = true;
        gate.Open();
        await reader.ReadToEndAsync();

        Assert.Equal((ScriptedChat.Song("sing"), "stop"), (reader.Text, reader.End!.Finish));
        Assert.NotEqual(before, await _cluster.AddressOfAsync(chat.Grain));
        Assert.Equal(ScriptedChat.Song("again"), (await chat.AskAsync("again")).Text);

        cut.Cut = false;
        await PlacedOnAsync(before).For("the silo to take conversations again");
    }

    [Fact]
    public async Task An_idle_conversation_wakes_elsewhere()
    {
        var chat = await Chat.CreateAsync(_cluster);
        await chat.AskAsync("first");
        var before = await _cluster.AddressOfAsync(chat.Grain);
        (await _cluster.StoreOfAsync(chat.Grain)).Cut = true;

        var reader = chat.Read(await MovingAsync(() => chat.SendAsync("sing")));
        await reader.ReadToEndAsync();

        Assert.Equal(ScriptedChat.Song("sing"), reader.Text);
        Assert.NotEqual(before, await _cluster.AddressOfAsync(chat.Grain));
    }

    [Fact]
    public async Task Where_nobody_reaches_the_store_everybody_keeps_what_it_has()
    {
        using var gate = new Gate();
        _cluster.Engine.Use(ScriptedChat.Answering(ScriptedChat.Song), gate);
        var chat = await Chat.CreateAsync(_cluster);
        var reader = chat.Read((await chat.SendAsync("sing")).Turn);
        await reader.StepAsync(gate, 5);
        foreach (var store in _cluster.Stores) store.Cut = true;
        await _cluster.StoreAwayAsync();

        foreach (var store in _cluster.Stores) store.Cut = false;
        gate.Open();
        await reader.ReadToEndAsync();

        Assert.Equal((ScriptedChat.Song("sing"), "stop"), (reader.Text, reader.End!.Finish));
        Assert.Single(reader.Chunks.Select(chunk => chunk.Epoch).Distinct());
    }

    private async Task PlacedOnAsync(string silo)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (await _cluster.AddressOfAsync((await Chat.CreateAsync(_cluster)).Grain) != silo) await timer.WaitForNextTickAsync();
    }

    private static async Task<Guid> MovingAsync(Func<Task<TurnHandle>> send)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (var began = TimeProvider.System.GetTimestamp(); ;)
        {
            try
            {
                return (await send()).Turn;
            }
            catch (ConversationException e) when (e.Error == ConversationError.Unavailable && TimeProvider.System.GetElapsedTime(began) < EngineFixture.Patience)
            {
                await timer.WaitForNextTickAsync();
            }
        }
    }
}
