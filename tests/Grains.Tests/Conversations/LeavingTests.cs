using NGrammys.Grains.Interfaces.Cluster;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Tests.Hosting;
using NGrammys.Storage;
using NGrammys.TestSupport;

namespace NGrammys.Grains.Tests.Conversations;

/// <summary>Silos that leave, in good order or without a word, with the duties that the silos of a cluster have.</summary>
public sealed class LeavingTests : IAsyncLifetime
{
    private readonly GrainCluster _cluster = new(TimeProvider.System, silos: 3, duties: true);

    public ValueTask InitializeAsync() => _cluster.InitializeAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task A_silo_that_stops_hands_its_replies_over_with_all_they_have_said()
    {
        using var gate = new Gate();
        _cluster.Engine.Use(ScriptedChat.Answering(ScriptedChat.Song), gate);
        var chat = await Chat.CreateAsync(_cluster);
        var turn = await chat.SendAsync("sing");
        var reader = chat.Read(turn.Turn);
        await reader.StepAsync(gate, 5);

        // An engine that ran meanwhile might be done before the silo leaves.
        var stopped = _cluster.StopSiloOfAsync(chat.Grain, handedOver: gate.Open);
        await reader.ReadToEndAsync();
        await stopped;

        Assert.Equal((ScriptedChat.Song("sing"), "stop"), (reader.Text, reader.End!.Finish));
        Assert.True(reader.Chunks.Select(chunk => chunk.Epoch).Distinct().Count() > 1, "The reply was not handed over.");
        Assert.Equal(ScriptedChat.Song("again"), (await chat.AskAsync("again")).Text);
    }

    [Fact]
    public async Task A_silo_that_is_drained_hands_its_replies_over_and_takes_none_until_it_is_resumed()
    {
        using var gate = new Gate();
        _cluster.Engine.Use(ScriptedChat.Answering(ScriptedChat.Song), gate);
        var chat = await Chat.CreateAsync(_cluster);
        var turn = await chat.SendAsync("sing");
        var reader = chat.Read(turn.Turn);
        await reader.StepAsync(gate, 5);
        var node = await _cluster.AddressOfAsync(chat.Grain);
        var operations = _cluster.Grains.GetGrain<IClusterGrain>(0);

        await operations.Drain(node);
        gate.Open();
        await reader.ReadToEndAsync();

        Assert.Equal((ScriptedChat.Song("sing"), "stop"), (reader.Text, reader.End!.Finish));
        Assert.True(reader.Chunks.Select(chunk => chunk.Epoch).Distinct().Count() > 1, "The reply was not handed over.");
        Assert.True((await DetailsAsync(node)).Leaving);
        for (var i = 0; i < 10; i++)
        {
            var other = await Chat.CreateAsync(_cluster);
            Assert.NotEqual(node, await _cluster.AddressOfAsync(other.Grain));
        }

        await operations.Resume(node);

        Assert.False((await DetailsAsync(node)).Leaving);
        await AwakeOnAsync(node).For("a conversation to be placed on the node again");
    }

    [Fact]
    public async Task The_last_silo_that_takes_conversations_is_not_drained()
    {
        var operations = _cluster.Grains.GetGrain<IClusterGrain>(0);
        string[] nodes = [.. _cluster.Silos.Select(silo => silo.ToParsableString())];
        await operations.Drain(nodes[0]);
        await operations.Drain(nodes[1]);

        var last = await Assert.ThrowsAsync<ConversationException>(() => operations.Drain(nodes[2]));
        var unknown = await Assert.ThrowsAsync<ConversationException>(() => operations.Drain("nowhere"));

        Assert.Equal(ConversationError.Conflict, last.Error);
        Assert.Contains("No other node takes conversations with scripted", last.Message);
        Assert.Equal(ConversationError.InvalidRequest, unknown.Error);
        Assert.Equal(ScriptedChat.Song("on"), (await (await Chat.CreateAsync(_cluster)).AskAsync("on")).Text);
    }

    [Fact]
    public async Task A_reply_that_nobody_reads_goes_on_after_its_silo_has_died()
    {
        using var gate = new Gate();
        _cluster.Engine.Use(ScriptedChat.Answering(ScriptedChat.Song), gate);
        var chat = await Chat.CreateAsync(_cluster);
        await chat.SendAsync("sing");
        await gate.StepAsync(5);

        await _cluster.KillSiloOfAsync(chat.Grain);
        gate.Open();

        var turn = await EndedAsync(chat.Id).For("somebody to go on with the reply");
        Assert.Equal((2, "stop", ScriptedChat.Song("sing")), (turn.Attempts, turn.End!.Finish, turn.End.Text));
    }

    private async Task<NodeDetails> DetailsAsync(string node) =>
        (await _cluster.Grains.GetGrain<IClusterGrain>(0).Describe()).Nodes.Single(each => each.Address == node).Details!;

    private async Task AwakeOnAsync(string node)
    {
        while (await _cluster.AddressOfAsync((await Chat.CreateAsync(_cluster)).Grain) != node)
        {
            // Two silos are drawn of three: it takes some.
        }
    }

    private async Task<StoredTurn> EndedAsync(ConversationId id)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await timer.WaitForNextTickAsync())
        {
            if ((await _cluster.Store.LoadAsync(id))!.Turns is [{ End: not null } turn]) return turn;
        }

        throw new InvalidOperationException("The timer has ended.");
    }
}
