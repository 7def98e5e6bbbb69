using NGrammys.Grains.Conversations;
using NGrammys.Grains.Interfaces.Cluster;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Tests.Hosting;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Grains.Tests.Conversations;

/// <summary>A share of turns goes without speculation, so that it can be seen what it brings.</summary>
public sealed class PilotTests
{
    [Fact]
    public async Task A_share_of_turns_is_decoded_plainly_and_both_groups_are_counted()
    {
        var cluster = new GrainCluster(TimeProvider.System, controlShare: 0.5);
        await using (cluster)
        {
            await cluster.InitializeAsync();
            // Nothing is drafted but what was said: the reply repeats its question.
            cluster.Engine.Use(ScriptedChat.Answering(text => string.Concat(Enumerable.Repeat(text, 10))));
            var before = await DescribeAsync(cluster);
            var chat = await Chat.CreateAsync(cluster);
            for (var turn = 0; turn < 24; turn++) Assert.Equal(121, (await chat.AskAsync("again, again")).Tokens.Count);
            for (var turn = 0; turn < 3; turn++) await chat.AskAsync("again, again", new TurnSettings { MaxDraftNodes = 8 });

            var after = await DescribeAsync(cluster);

            var (first, later) = (Difference("first", before, after), Difference("later", before, after));
            Assert.Equal(1, first.Speculated.Turns + first.Control.Turns);
            // Who has said how much to draft is in no group.
            Assert.Equal(23, later.Speculated.Turns + later.Control.Turns);
            Assert.True(later.Control.Turns > 0 && later.Speculated.Turns > 0, $"{later}");
            Assert.Equal(121 * later.Control.Turns, later.Control.Tokens);
            Assert.True(later.Control.Seconds > 0 && later.Speculated.Seconds > 0, $"{later}");
        }
    }

    [Fact]
    public void Every_attempt_at_a_turn_is_in_the_same_group_and_the_share_is_kept()
    {
        const int Seed = 5, Turns = 4000;
        var random = new Random(Seed);
        var settings = new TurnSettings();
        var plan = TurnPlan.Resolve(settings, new ModelInfo
        {
            Name = "model",
            Fingerprint = "f",
            ContextLength = 100,
            VocabularySize = 10,
            StopTokens = [],
            DataType = "float32",
            Device = "cpu",
        }, promptTokens: 1);
        var control = 0;
        for (var i = 0; i < Turns; i++)
        {
            var id = new byte[16];
            random.NextBytes(id);
            var drawn = plan.In(0.1, settings, new Guid(id), TurnKind.Later);
            Assert.Equal(drawn.MaxDraftNodes, plan.In(0.1, settings, new Guid(id), TurnKind.Later).MaxDraftNodes);
            control += drawn.MaxDraftNodes == 0 ? 1 : 0;
        }

        Assert.True(control is > Turns * 8 / 100 and < Turns * 12 / 100, $"seed {Seed}: {control} of {Turns} without speculation");
        Assert.Equal(plan, plan.In(0.5, new TurnSettings { MaxDraftNodes = 3 }, Guid.NewGuid(), TurnKind.First));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(0.6)]
    [InlineData(double.NaN)]
    public void A_share_out_of_range_is_refused_with_its_key(double share) =>
        Assert.Contains("Speculation:ControlShare", Assert.Throws<NGrammysException>(() => new PilotOptions { ControlShare = share }.Checked()).Message);

    private static async Task<PilotDescription[]> DescribeAsync(GrainCluster cluster) =>
        Assert.Single((await cluster.Grains.GetGrain<IClusterGrain>(0).Describe()).Nodes).Details!.Pilot;

    private static PilotDescription Difference(string kind, PilotDescription[] before, PilotDescription[] after)
    {
        var (was, now) = (Find(before), Find(after));
        return new PilotDescription(kind, Minus(now.Speculated, was.Speculated), Minus(now.Control, was.Control));
        PilotDescription Find(PilotDescription[] kinds) => kinds.FirstOrDefault(one => one.Kind == kind) ?? new PilotDescription(kind, default, default);
        static PilotSums Minus(PilotSums a, PilotSums b) => new(a.Turns - b.Turns, a.Tokens - b.Tokens, a.Seconds - b.Seconds, 0, 0, 0);
    }
}
