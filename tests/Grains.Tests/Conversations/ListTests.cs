using System.Threading.Channels;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Tests.Hosting;
using NGrammys.TestSupport;

namespace NGrammys.Grains.Tests.Conversations;

/// <summary>A user's list: searched, pinned, and told to whoever watches.</summary>
public sealed class ListTests(GrainCluster cluster)
{
    [Fact]
    public async Task Whoever_watches_is_told_of_every_change_of_the_owners_list()
    {
        cluster.Engine.Use(ScriptedChat.Answering(question => $"you said {question}"));
        await using var mine = await WatchingAsync("watched");
        await using var foreign = await WatchingAsync("unwatched");

        var chat = await Chat.CreateAsync(cluster, "watched");
        await mine.HearAsync(chat, change => change.Summary is { Title: "", Running: false });
        await chat.AskAsync("On hedgehogs");
        await mine.HearAsync(chat, change => change.Summary is { Title: "On hedgehogs", Running: false });
        await chat.Grain.Rename("Renamed");
        await mine.HearAsync(chat, change => change.Summary?.Title == "Renamed");
        await chat.Grain.Pin(true);
        await mine.HearAsync(chat, change => change.Summary is { Title: "Renamed", Pinned: true });
        await chat.Grain.Delete();
        await mine.HearAsync(chat, change => change.Summary is null);

        Assert.False(foreign.HasHeard);
    }

    [Fact]
    public async Task A_reply_is_told_when_it_begins()
    {
        var go = new TaskCompletionSource();
        cluster.Store.OnAppend = _ => go.Task;
        cluster.Engine.Use(ScriptedChat.Answering(question => $"you said {question}"));
        await using var list = await WatchingAsync("begins");
        try
        {
            var chat = await Chat.CreateAsync(cluster, "begins");
            var turn = await chat.SendAsync("question");
            await list.HearAsync(chat, change => change.Summary is { Running: true });
            go.SetResult();
            await chat.Read(turn.Turn).ReadToEndAsync();
            await list.HearAsync(chat, change => change.Summary is { Running: false });
        }
        finally
        {
            go.TrySetResult();
            cluster.Store.OnAppend = null;
        }
    }

    [Fact]
    public async Task The_version_tells_what_was_missed()
    {
        var owner = new Owner("versions", "user");
        var list = cluster.Grains.GetGrain<IUserGrain>(owner.ToString());
        await using var watching = await WatchingAsync(owner.Tenant);
        var chat = await Chat.CreateAsync(cluster, owner.Tenant);
        var told = await watching.HearAsync(chat, _ => true);
        Assert.Equal(told.Version, await list.Watch(watching.Reference));

        await watching.DisposeAsync();
        await chat.Grain.Rename("While nobody watched");

        var began = TimeProvider.System.GetTimestamp();
        while (await list.Watch(watching.Reference) <= told.Version)
            Assert.True(TimeProvider.System.GetElapsedTime(began) < EngineFixture.Patience, "The version of the list did not rise.");
        await cluster.DeactivateAsync(list);
        Assert.True(await list.Watch(watching.Reference) > told.Version);
    }

    [Fact]
    public async Task Pinned_conversations_stand_before_newer_ones()
    {
        var pinned = await Chat.CreateAsync(cluster, "pins");
        var newer = await Chat.CreateAsync(cluster, "pins");
        var list = cluster.Grains.GetGrain<IUserGrain>(new Owner("pins", "user").ToString());

        await pinned.Grain.Pin(true);
        Assert.Equal([(pinned.Id.Id, true), (newer.Id.Id, false)], (await list.List()).Select(summary => (summary.Id, summary.Pinned)));
        Assert.True((await pinned.Grain.Get()).Summary.Pinned);
        await pinned.Grain.Pin(false);
        Assert.Equal([newer.Id.Id, pinned.Id.Id], (await list.List()).Select(summary => summary.Id));
    }

    [Fact]
    public async Task Search_finds_questions_and_replies_page_by_page()
    {
        cluster.Engine.Use(ScriptedChat.Answering(_ => "Sie fressen Käfer"));
        var list = cluster.Grains.GetGrain<IUserGrain>(new Owner("search", "user").ToString());
        var chats = new List<Chat>();
        for (var i = 0; i < 3; i++)
        {
            chats.Add(await Chat.CreateAsync(cluster, "search"));
            await chats[i].AskAsync($"Was frisst Igel {i}?");
        }

        var first = await list.Search("käfer", null, 2);
        var second = await list.Search("käfer", first.Next, 2);

        Assert.Equal(chats.Select(chat => chat.Id.Id).Reverse(), first.Items.Concat(second.Items).Select(item => item.Conversation.Id));
        Assert.Equal((2, null), (first.Items.Length, second.Next));
        var found = first.Items[0];
        Assert.Equal(("Sie fressen Käfer", new TextMark(12, 5)), (found.Snippet, Assert.Single(found.Marks)));
        Assert.Equal((await chats[2].Grain.Get()).SelectedMessage, found.Message);
        Assert.Single((await list.Search("igel 1", null, 20)).Items);
        await Refusal.ExpectAsync(ConversationError.InvalidRequest, () => list.Search("  ", null, 20));
    }

    private async Task<Watching> WatchingAsync(string tenant)
    {
        var watching = new Watching(cluster, cluster.Grains.GetGrain<IUserGrain>(new Owner(tenant, "user").ToString()));
        await watching.List.Watch(watching.Reference);
        return watching;
    }

    private sealed class Watching : IListObserver, IAsyncDisposable
    {
        private readonly Channel<ListChange> _heard = Channel.CreateUnbounded<ListChange>();

        public Watching(GrainCluster cluster, IUserGrain list) => (List, Reference) = (list, cluster.Grains.CreateObjectReference<IListObserver>(this));

        public IUserGrain List { get; }

        public IListObserver Reference { get; }

        public bool HasHeard => _heard.Reader.TryPeek(out _);

        public Task Changed(ListChange change)
        {
            _heard.Writer.TryWrite(change);
            return Task.CompletedTask;
        }

        /// <summary>The next change of a conversation that is as expected; those before it are passed over.</summary>
        public async Task<ListChange> HearAsync(Chat chat, Func<ListChange, bool> expected)
        {
            while (true)
            {
                var change = await _heard.Reader.ReadAsync().AsTask().For("a change of the list");
                if (change.Conversation == chat.Id.Id && expected(change)) return change;
            }
        }

        public async ValueTask DisposeAsync()
        {
            await List.Unwatch(Reference);
            GC.KeepAlive(this);
        }
    }
}
