using System.Text.Json.Nodes;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Interfaces.Quotas;
using NGrammys.Grains.Tests.Hosting;
using NGrammys.Storage;
using NGrammys.TestSupport;

namespace NGrammys.Grains.Tests.Quotas;

/// <summary>What a key has used outlives the activation that counts it, its silo, and the silo of the reply.</summary>
public sealed class QuotaGrainTests : IAsyncLifetime
{
    private readonly string _key = Guid.NewGuid().ToString("N");
    private readonly GrainCluster _cluster = new(TimeProvider.System, silos: 3);

    private IQuotaGrain Quota => _cluster.Grains.GetGrain<IQuotaGrain>(_key);

    public ValueTask InitializeAsync() => _cluster.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        CallQuota.Set(null);
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Count_outlives_its_silo()
    {
        var (limits, running) = (new QuotaLimits { TokensPerDay = 1000, ConcurrentTurns = 2 }, Guid.NewGuid());
        var over = Guid.NewGuid();
        Assert.Null((await Quota.Enter(over, limits)).Exceeded);
        await Quota.Leave(over, 999);
        Assert.Null((await Quota.Enter(running, limits)).Exceeded);

        await _cluster.KillSiloOfAsync(Quota);

        await AskAsync(() => Quota.Enter(running, limits), answer => answer.Exceeded is null);
        await AskAsync(async () => { await Quota.Leave(over, 999); return true; }, done => done); // heard twice
        await AskAsync(async () => { await Quota.Leave(running, 1); return true; }, done => done);
        await AskAsync(() => Quota.Enter(Guid.NewGuid(), limits), answer => answer.Exceeded == "tokens_per_day");
    }

    [Fact]
    public async Task Answer_waits_until_it_is_durable_and_those_that_wait_share_a_write()
    {
        var (limits, writes, gate) = (new QuotaLimits { RequestsPerMinute = 1000 }, 0, new TaskCompletionSource());
        _cluster.Store.OnQuota = _ =>
        {
            Interlocked.Increment(ref writes);
            return gate.Task;
        };

        var asked = Enumerable.Range(0, 50).Select(_ => Quota.Enter(Guid.NewGuid(), limits)).ToArray();
        var looked = await Quota.Look(limits).For("a look");
        Assert.DoesNotContain(asked, each => each.IsCompleted);
        gate.SetResult();
        await Task.WhenAll(asked).For("the answers");

        Assert.InRange(writes, 1, 49);
        Assert.NotNull(looked.Requests);
        Assert.True((await Quota.Look(limits)).Requests!.Remaining >= 950);
    }

    [Fact]
    public async Task Count_whose_write_failed_is_given_up_and_begins_from_what_is_stored()
    {
        var limits = new QuotaLimits { RequestsPerMinute = 2 };
        Assert.Null((await Quota.Enter(Guid.NewGuid(), limits)).Exceeded);
        _cluster.Store.OnQuota = _ => throw new StorageException(StorageError.Full, "The disk is full.");
        await Refusal.ExpectAsync(ConversationError.Unavailable, () => Quota.Enter(Guid.NewGuid(), limits));

        _cluster.Store.OnQuota = null;

        await AskAsync(() => Quota.Enter(Guid.NewGuid(), limits), answer => answer.Exceeded is null);
        Assert.Equal("requests", (await Quota.Enter(Guid.NewGuid(), limits)).Exceeded);
    }

    [Fact]
    public async Task Reply_is_charged_once_though_the_silos_of_it_and_of_the_count_die()
    {
        var limits = new QuotaLimits { TokensPerDay = 1000, ConcurrentTurns = 1 };
        CallQuota.Set(new KeyQuota(_key, limits));
        using var gate = new Gate();
        _cluster.Engine.Use(ScriptedChat.Answering(ScriptedChat.Song), gate);
        var chat = await Chat.CreateAsync(_cluster);
        var operation = Guid.NewGuid();
        var turn = await chat.SendAsync("sing", new TurnSettings { MaxTokens = 60 }, operation: operation);
        Assert.Equal(turn, await chat.SendAsync("sing", new TurnSettings { MaxTokens = 60 }, operation: operation)); // repeated, it counts once
        await Refusal.ExpectAsync(ConversationError.RateLimited, async () => await (await Chat.CreateAsync(_cluster)).SendAsync("too"));
        var reader = chat.Read(turn.Turn);
        await reader.StepAsync(gate, 10);

        await _cluster.KillSiloOfAsync(Quota, chat.Grain);
        gate.Open();
        await reader.ReadToEndAsync();

        // It may run only when the one before it has been charged.
        var next = Guid.NewGuid();
        await AskAsync(() => Quota.Enter(next, limits), answer => answer.Exceeded is null);
        var charged = JsonNode.Parse((await _cluster.Store.ReadAsync(_key))!.State)!["Day"]!["Amount"]!.GetValue<double>();
        var cost = reader.End!.Statistics.PromptTokens + 60;
        Assert.InRange(charged, cost - 5, cost);
    }

    // A cluster that has lost a silo answers again after a moment.
    private static async Task<T> AskAsync<T>(Func<Task<T>> ask, Func<T, bool> enough)
    {
        return await LoopAsync().For("the quota to be counted");

        async Task<T> LoopAsync()
        {
            using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
            while (true)
            {
                try
                {
                    if (await ask() is var answer && enough(answer)) return answer;
                }
                catch (Exception e) when (e is OrleansException or TimeoutException or ConversationException)
                {
                    // Its silo was lost.
                }

                await pause.WaitForNextTickAsync();
            }
        }
    }
}
