using Microsoft.Extensions.Time.Testing;
using NGrammys.Drafting;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Tests.Hosting;

namespace NGrammys.Grains.Tests.Conversations;

/// <summary>What conversations draft from beside their own text, through the grains.</summary>
public sealed class DraftSourceTests(GrainCluster cluster)
{
    // The engine's clock stands still in all of them: so it waits for every draft.
    [Fact]
    public async Task Prediction_is_drafted_from_and_its_accepted_tokens_are_counted()
    {
        cluster.Engine.Use(ScriptedChat.Answering(_ => Story), time: new FakeTimeProvider());
        var chat = await Chat.CreateAsync(cluster);
        var expected = await chat.AskAsync("tell", new TurnSettings { Prediction = Story });
        var plain = await (await Chat.CreateAsync(cluster)).AskAsync("tell");

        Assert.Equal(plain.Text, expected.Text);
        Assert.Equal(Story, expected.Text);
        var statistics = expected.End!.Statistics;
        Assert.Equal(Story.Length, statistics.PredictionTokens);
        Assert.InRange(statistics.AcceptedPrediction, Story.Length * 3 / 4, statistics.Accepted);
        Assert.True(statistics.Steps < plain.End!.Statistics.Steps / 2, $"{statistics.Steps} steps with a prediction, {plain.End!.Statistics.Steps} without");
        Assert.Equal(0, plain.End!.Statistics.AcceptedPrediction);

        // It was for one turn.
        var next = await chat.AskAsync("tell again");
        Assert.Equal(0, next.End!.Statistics.AcceptedPrediction);
    }

    [Fact]
    public async Task Prediction_that_proves_wrong_changes_nothing()
    {
        cluster.Engine.Use(ScriptedChat.Answering(_ => Story), time: new FakeTimeProvider());
        var wrong = await (await Chat.CreateAsync(cluster)).AskAsync("tell", new TurnSettings { Prediction = new string('z', 5000) });
        Assert.Equal(Story, wrong.Text);
    }

    [Fact]
    public async Task Tenant_that_opted_in_drafts_from_its_earlier_replies_until_their_conversation_is_deleted()
    {
        cluster.Engine.Use(ScriptedChat.Answering(_ => Story), time: new FakeTimeProvider());
        var first = await Chat.CreateAsync(cluster, Chat.SharingTenant);
        await first.AskAsync("tell");
        cluster.Drafting.Settle(Chat.SharingTenant);
        var second = await Chat.CreateAsync(cluster, Chat.SharingTenant);
        Assert.True(FromShared(await second.AskAsync("tell")) > Story.Length / 2, "the second conversation did not draft from the first");

        await first.Grain.Delete();
        await second.Grain.Delete();
        Assert.Equal(0, FromShared(await (await Chat.CreateAsync(cluster, Chat.SharingTenant)).AskAsync("tell")));
    }

    [Fact]
    public async Task Tenant_that_did_not_opt_in_drafts_from_no_other_conversation()
    {
        cluster.Engine.Use(ScriptedChat.Answering(_ => Story), time: new FakeTimeProvider());
        await (await Chat.CreateAsync(cluster)).AskAsync("tell");
        Assert.Equal(0, FromShared(await (await Chat.CreateAsync(cluster)).AskAsync("tell")));
    }

    private static int FromShared(Reader reply) => reply.Chunks.Sum(chunk => chunk.Sources.Count(source => source == (byte)DraftSource.Shared));

    // Nothing in it comes twice but by chance.
    private static readonly string Story = string.Concat(Enumerable.Range(0, 40).Select(n => (n * 7919 + 104729).ToString(System.Globalization.CultureInfo.InvariantCulture) + (char)('a' + n % 26)));
}
