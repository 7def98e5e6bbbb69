using NGrammys.Grains.Conversations;
using NGrammys.Grains.Interfaces.Completions;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Tests.Hosting;
using NGrammys.Storage;

namespace NGrammys.Grains.Tests.Conversations;

/// <summary>What is not to be kept is gone: everywhere, and for good.</summary>
public sealed class RetentionTests
{
    [Fact]
    public async Task Conversations_that_nobody_touches_are_deleted_when_they_are_too_old()
    {
        var clock = new ShiftedClock();
        var cluster = new GrainCluster(clock, keepDays: 10);
        await using (cluster)
        {
            await cluster.InitializeAsync();
            cluster.Engine.Use(ScriptedChat.Answering(question => $"you said {question}"));
            var old = await AskedAsync(cluster, "old words");
            await old.Grain.Pin(true);
            var touched = await AskedAsync(cluster, "touched words");
            clock.Shift += TimeSpan.FromDays(8);
            await touched.AskAsync("again");
            var fresh = await AskedAsync(cluster, "fresh words");
            clock.Shift += TimeSpan.FromDays(3);

            await cluster.Grains.GetGrain<ISweeperGrain>(0).Sweep();

            await Refusal.ExpectAsync(ConversationError.UnknownConversation, () => old.Grain.Get());
            Assert.Equal(CreateOutcome.Deleted, (await cluster.Store.CreateAsync(old.Id, Guid.NewGuid(), "Back", "{}")).Outcome);
            var list = cluster.Grains.GetGrain<IUserGrain>(new Owner("tenant", "user").ToString());
            Assert.Equal([fresh.Id.Id, touched.Id.Id], (await list.List()).Select(summary => summary.Id));
            Assert.Empty((await list.Search("old words", null, 20)).Items);
            Assert.Equal(2, (await list.Search("words", null, 20)).Items.Length);
        }
    }

    [Fact]
    public async Task A_conversation_that_is_touched_before_it_is_deleted_stays()
    {
        var clock = new ShiftedClock();
        var cluster = new GrainCluster(clock);
        await using (cluster)
        {
            await cluster.InitializeAsync();
            cluster.Engine.Use(ScriptedChat.Answering(question => $"you said {question}"));
            var chat = await AskedAsync(cluster, "words");
            clock.Shift += TimeSpan.FromDays(100);
            // Without the option nothing is deleted.
            await cluster.Grains.GetGrain<ISweeperGrain>(0).Sweep();
            var swept = cluster.Grains.GetGrain<ISweptConversation>(chat.Grain.GetPrimaryKeyString());
            await chat.AskAsync("again");

            await swept.Expire(clock.GetUtcNow().AddDays(-10));
            Assert.Equal(4, (await chat.Grain.Get()).Messages.Length);
            await swept.Expire(clock.GetUtcNow().AddDays(1));
            await Refusal.ExpectAsync(ConversationError.UnknownConversation, () => chat.Grain.Get());
            await swept.Expire(clock.GetUtcNow().AddDays(1));
        }
    }

    [Fact]
    public async Task Nothing_that_was_computed_of_a_deleted_conversation_is_used_again()
    {
        var cluster = new GrainCluster(TimeProvider.System);
        await using (cluster)
        {
            await cluster.InitializeAsync();
            cluster.Engine.Use(ScriptedChat.Answering(_ => "yes"));
            var question = string.Concat(Enumerable.Repeat("Is this a secret? ", 10));
            var first = await Chat.CreateAsync(cluster, Chat.SharingTenant);
            await first.AskAsync(question);
            var second = await Chat.CreateAsync(cluster, Chat.SharingTenant);
            Assert.NotEqual(0, (await second.AskAsync(question)).End!.Statistics.CachedTokens);

            await first.Grain.Delete();
            await second.Grain.Delete();

            var third = await Chat.CreateAsync(cluster, Chat.SharingTenant);
            Assert.Equal(0, (await third.AskAsync(question)).End!.Statistics.CachedTokens);
        }
    }

    [Fact]
    public async Task A_completion_that_is_not_stored_leaves_nothing()
    {
        var cluster = new GrainCluster(TimeProvider.System);
        await using (cluster)
        {
            await cluster.InitializeAsync();
            var stored = 0;
            cluster.Store.OnClaim = () => stored++;
            cluster.Store.OnBegun = () => stored++;
            cluster.Store.OnAppend = _ => Task.FromResult(stored++);
            cluster.Engine.Use(ScriptedChat.Answering(question => $"you said {question}"));
            var owner = new Owner(Chat.SharingTenant, "user");
            var grain = cluster.Grains.GetGrain<ICompletionGrain>(new ConversationKey(owner, Guid.NewGuid()).ToString());
            await grain.Begin(new CompletionRequest
            {
                Prompt = new CompletionPrompt { Messages = """[{"role":"user","content":"a secret"}]""" },
            });

            var text = "";
            await foreach (var chunk in grain.Stream(0, 0)) text += chunk.Text;
            await grain.Forget();

            Assert.Equal("you said a secret", text);
            Assert.Equal(0, stored);
            Assert.Empty(await cluster.Store.ListAsync(owner.Tenant, owner.User, 10));
            Assert.Empty(await cluster.Store.ListUnfinishedAsync(10));
            Assert.Empty(await cluster.Store.SearchAsync(owner.Tenant, owner.User, SearchTerms.Parse("secret")!, null, 10));
        }
    }

    private static async Task<Chat> AskedAsync(GrainCluster cluster, string text)
    {
        var chat = await Chat.CreateAsync(cluster);
        await chat.AskAsync(text);
        return chat;
    }

    /// <summary>The real clock at another time: what runs by it runs on.</summary>
    private sealed class ShiftedClock : TimeProvider
    {
        public TimeSpan Shift { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Shift;
    }
}
