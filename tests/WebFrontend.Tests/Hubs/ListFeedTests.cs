using Microsoft.Extensions.Time.Testing;
using NGrammys.Client;
using NGrammys.Client.Protocol;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.TestSupport;
using NGrammys.WebFrontend.Hubs;

namespace NGrammys.WebFrontend.Tests.Hubs;

public sealed class ListFeedTests(Cluster cluster) : WebServerTests(cluster)
{
    private readonly Cluster _cluster = cluster;

    [Fact]
    public async Task Every_connection_of_the_owner_is_told_of_changes()
    {
        await using var one = await Server.ConnectAsync();
        await using var other = await Server.ConnectAsync();
        await using var changes = other.WatchConversationsAsync(Cancellation).GetAsyncEnumerator(Cancellation);
        await NextAsync(changes, change => change.Id is null);

        var created = await one.CreateConversationAsync("Told", Cancellation);
        await one.PinAsync(created.Id, true, Cancellation);
        var pinned = await NextAsync(changes, change => change.Id == created.Id);
        Assert.Equal(created with { Pinned = true }, pinned.Conversation);
        Assert.True((await one.GetConversationAsync(created.Id, Cancellation)).Pinned);
        await one.DeleteAsync(created.Id, Cancellation);
        Assert.Null((await NextAsync(changes, change => change.Id == created.Id)).Conversation);
    }

    [Fact]
    public async Task Whoever_lost_the_connection_is_asked_to_read_the_list_again()
    {
        await using var proxy = new CuttingProxy(Server.Address);
        await using var client = await ChatClient.ConnectAsync(proxy.Address, Server.NewKey(), cancellationToken: Cancellation);
        await using var changes = client.WatchConversationsAsync(Cancellation).GetAsyncEnumerator(Cancellation);
        await NextAsync(changes, change => change.Id is null);

        proxy.Cut();

        await NextAsync(changes, change => change.Id is null);
        var created = await client.CreateConversationAsync("After", Cancellation);
        await client.PinAsync(created.Id, true, Cancellation);
        await NextAsync(changes, change => change.Id == created.Id);
    }

    [Fact]
    public async Task Search_passes_what_is_asked_and_found()
    {
        await using var client = await Server.ConnectAsync();
        var (title, after) = ($"Findable {Guid.NewGuid()}", Guid.NewGuid());
        var created = await client.CreateConversationAsync(title, Cancellation);

        var page = await client.SearchAsync(new SearchRequest { Text = title, After = after, Limit = 1 }, Cancellation);

        var found = Assert.Single(page.Items);
        Assert.Equal((created, after, title, after), (found.Conversation, found.MessageId, found.Snippet, page.Next));
        Assert.Equal(new Mark { Start = 1, Length = 2 }, Assert.Single(found.Marks));
        var refusal = await Assert.ThrowsAsync<ChatException>(() => client.SearchAsync(new SearchRequest { Text = title, Limit = 101 }, Cancellation));
        Assert.Equal(RefusalCode.InvalidRequest, refusal.Code);
    }

    [Fact]
    public async Task What_was_lost_on_the_way_is_noticed_and_told()
    {
        var (owner, hub, time) = (new Owner("tenant", Guid.NewGuid().ToString()), new RecordingHub(), new FakeTimeProvider());
        using var feed = new ListFeed(_cluster.Client, hub, time);
        await feed.JoinAsync(owner, "connection").For("the list to be watched");
        Assert.Equal(("connection", owner.ToString()), Assert.Single(hub.Joined));

        time.Advance(ListFeed.AskEvery);
        FakeUserGrain.Lose(owner);
        time.Advance(ListFeed.AskEvery);

        var (group, method, change) = await hub.Said.Reader.ReadAsync(Cancellation).AsTask().For("the connections to be told");
        Assert.Equal((owner.ToString(), "ListChanged", new ListChanged()), (group, method, change));
        Assert.False(hub.Said.Reader.TryPeek(out _));
        feed.Leave(owner);
    }

    private static async Task<ListChanged> NextAsync(IAsyncEnumerator<ListChanged> changes, Func<ListChanged, bool> wanted)
    {
        while (await changes.MoveNextAsync().AsTask().For("a change of the list"))
        {
            if (wanted(changes.Current)) return changes.Current;
        }

        throw new InvalidOperationException("The changes of a list never end.");
    }
}
