using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Tests.Hosting;
using NGrammys.Storage;
using NGrammys.TestSupport;

namespace NGrammys.Grains.Tests.Conversations;

public sealed class DurabilityTests(GrainCluster cluster) : IDisposable
{
    private static readonly StorageException Away = new(StorageError.Unavailable, "The disk is away; mount it.");

    public void Dispose() => (cluster.Store.OnAppend, cluster.Store.OnClaim) = (null, null);

    [Fact]
    public async Task Nothing_is_shown_before_it_is_durable()
    {
        cluster.Engine.Use(ScriptedChat.Answering(ScriptedChat.Song));
        var chat = await Chat.CreateAsync(cluster);
        var arrived = new TaskCompletionSource();
        var released = new TaskCompletionSource();
        cluster.Store.OnAppend = _ =>
        {
            arrived.TrySetResult();
            return released.Task;
        };
        var turn = await chat.SendAsync("sing");
        await arrived.Task.For("the first append");
        var reader = chat.Read(turn.Turn);
        await reader.ReadAsync(r => r.Chunks.Count == 2);
        Assert.All(reader.Chunks, chunk => Assert.Equal(ChunkKind.KeepAlive, chunk.Kind));
        released.SetResult();
        await reader.ReadToEndAsync();
        Assert.Equal(ScriptedChat.Song("sing"), reader.Text);
    }

    [Fact]
    public async Task A_store_that_is_away_holds_the_reply_up_and_loses_nothing()
    {
        cluster.Engine.Use(ScriptedChat.Answering(ScriptedChat.Song));
        var chat = await Chat.CreateAsync(cluster);
        var failures = 0;
        cluster.Store.OnAppend = append =>
        {
            // Once with the first row, once with the end.
            if ((append.Rows.Any(row => row.Position == 0) && failures == 0) || (append.End is not null && failures < 2))
            {
                failures++;
                throw Away;
            }

            return Task.CompletedTask;
        };
        var reader = await chat.AskAsync("sing");
        Assert.Equal(2, failures);
        Assert.Single(reader.Chunks.Select(chunk => chunk.Epoch).Distinct());
        Assert.Equal(ScriptedChat.Song("sing"), reader.Text);
    }

    [Fact]
    public async Task A_conversation_cannot_be_opened_while_its_store_is_away_and_says_so()
    {
        cluster.Engine.Use(ScriptedChat.Answering(ScriptedChat.Song));
        var chat = await Chat.CreateAsync(cluster);
        var turn = await chat.SendAsync("sing");
        await chat.DeactivateAsync();
        cluster.Store.OnClaim = () => throw Away;
        Assert.True((await Refusal.ExpectAsync(ConversationError.Unavailable, () => chat.Grain.Get())).StoreAway);
        await Refusal.ExpectAsync(ConversationError.Unavailable, () => chat.SendAsync("hello"));
        cluster.Store.OnClaim = null;
        var reader = chat.Read(turn.Turn);
        await reader.ReadToEndAsync();
        Assert.Equal(ScriptedChat.Song("sing"), reader.Text);
    }
}
