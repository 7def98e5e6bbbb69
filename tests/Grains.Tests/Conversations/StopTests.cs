using NGrammys.Grains.Tests.Hosting;
using NGrammys.TestSupport;

namespace NGrammys.Grains.Tests.Conversations;

public sealed class StopTests(GrainCluster cluster)
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(9)]
    public async Task What_was_said_stays_and_is_durable_when_the_stop_returns(int steps)
    {
        using var gate = new Gate();
        cluster.Engine.Use(ScriptedChat.Answering(ScriptedChat.Song), gate);
        var chat = await Chat.CreateAsync(cluster);
        var turn = await chat.SendAsync("sing");
        var reader = chat.Read(turn.Turn);
        await reader.StepAsync(gate, steps);

        // The engine is in the middle of a pass that never ends; the reply does.
        await chat.Grain.Stop(turn.Turn).For("the stop");
        var stored = (await cluster.Store.LoadAsync(chat.Id))!;
        var end = Assert.Single(stored.Turns).End;
        Assert.Equal("cancelled", end?.Finish);
        await reader.ReadToEndAsync();
        Assert.Equal("cancelled", reader.End!.Finish);
        Assert.StartsWith(reader.Text, ScriptedChat.Song("sing"), StringComparison.Ordinal);
        Assert.True(reader.Tokens.Count >= steps);
        Assert.Equal(reader.Text, (await chat.Grain.Get()).Messages[^1].Text);

        gate.Open();
        Assert.Equal(ScriptedChat.Song("again"), (await chat.AskAsync("again")).Text);
    }

    [Fact]
    public async Task Stopping_again_or_after_the_end_changes_nothing()
    {
        cluster.Engine.Use(ScriptedChat.Answering(_ => "said"));
        var chat = await Chat.CreateAsync(cluster);
        var turn = await chat.SendAsync("hello");
        await chat.Read(turn.Turn).ReadToEndAsync();
        await chat.Grain.Stop(turn.Turn);
        await chat.Grain.Stop(turn.Turn);
        var reader = chat.Read(turn.Turn);
        await reader.ReadToEndAsync();
        Assert.Equal(("said", "stop"), (reader.Text, reader.End!.Finish));
    }

    [Fact]
    public async Task A_stopped_reply_leaves_the_engine()
    {
        using var gate = new Gate();
        var widest = 0;
        cluster.Engine.Use(ScriptedChat.Answering(ScriptedChat.Song), gate, batch => widest = batch.Slices.Count);
        var chat = await Chat.CreateAsync(cluster);
        var turn = await chat.SendAsync("sing");
        await gate.ArrivalAsync();
        await chat.Grain.Stop(turn.Turn).For("the stop");
        gate.Open();
        var other = await Chat.CreateAsync(cluster);
        await other.AskAsync("sing");
        Assert.Equal(1, widest);
    }
}
