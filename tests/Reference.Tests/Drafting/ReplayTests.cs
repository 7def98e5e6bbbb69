using NGrammys.Drafting;

namespace NGrammys.Reference.Tests.Drafting;

public sealed class ReplayTests(ITestOutputHelper output)
{
    // The priors were measured on the even conversations of both files.
    private static IEnumerable<RecordedTurn> UnseenVicuna => RecordedTurn.Vicuna.Where(turn => turn.Conversation % 2 == 1);
    private static IEnumerable<RecordedTurn> UnseenSmolLm2 => RecordedTurn.SmolLm2.Where(turn => turn.Conversation % 2 == 1);

    [Fact]
    public void Prompt_lookup_gives_what_Spec_Bench_publishes() =>
        Assert.Equal(1.75, Shown("prompt lookup", Replay.PromptLookup(RecordedTurn.Vicuna)).TokensPerCall, tolerance: 0.01);

    [Theory]
    [InlineData(8, 0.02f, 1.83, 4.8)]
    [InlineData(16, 0.02f, 1.91, 7.3)]
    [InlineData(32, 0.01f, 1.98, 13)]
    [InlineData(64, 0.005f, 2.03, 23)]
    public void Drafts_for_a_7B_chat_model_bring_more_tokens_per_call_the_more_is_verified(int nodes, float survival, double tokens, double drafted)
    {
        var replay = Shown($"all, {nodes} nodes", Replay.Drafted(RecordedTurn.Vicuna, new DraftBudget(nodes, MinSurvival: survival)));
        Shown($"unseen, {nodes} nodes", Replay.Drafted(UnseenVicuna, new DraftBudget(nodes, MinSurvival: survival)));

        Assert.InRange(replay.TokensPerCall, tokens, 4);
        Assert.InRange(replay.DraftedPerCall, 1, drafted);
    }

    [Theory]
    [InlineData(8, 0.02f, 2.3, 5.2)]
    [InlineData(16, 0.02f, 2.45, 8)]
    [InlineData(32, 0.01f, 2.58, 14)]
    [InlineData(64, 0.005f, 2.67, 24)]
    public void Drafts_for_a_135M_chat_model_bring_more_tokens_per_call_the_more_is_verified(int nodes, float survival, double tokens, double drafted)
    {
        var replay = Shown($"all, {nodes} nodes", Replay.Drafted(RecordedTurn.SmolLm2, new DraftBudget(nodes, MinSurvival: survival)));
        Shown($"unseen, {nodes} nodes", Replay.Drafted(UnseenSmolLm2, new DraftBudget(nodes, MinSurvival: survival)));

        Assert.InRange(replay.TokensPerCall, tokens, 4);
        Assert.InRange(replay.DraftedPerCall, 1, drafted);
    }

    [Fact]
    public void Drafts_of_fewer_tokens_than_prompt_lookup_beat_it_on_conversations_not_used_for_the_priors()
    {
        foreach (var turns in new[] { UnseenVicuna, UnseenSmolLm2 })
        {
            var lookup = Shown("prompt lookup", Replay.PromptLookup(turns));
            var drafted = Shown("drafts", Replay.Drafted(turns, new DraftBudget(12, MinSurvival: 0.02f)));

            Assert.InRange(drafted.TokensPerCall, lookup.TokensPerCall * 1.05, 4);
            Assert.InRange(drafted.DraftedPerCall, 1, lookup.DraftedPerCall);
        }
    }

    [Fact]
    public void Survival_is_calibrated_within_five_points_per_decile_on_conversations_not_used_for_the_priors() =>
        Assert.All(
            Shown("calibration", Replay.Drafted(UnseenVicuna, new DraftBudget(16, MinSurvival: 0))).Calibration,
            decile => Assert.Equal(decile.Predicted, decile.Observed, tolerance: 0.05));

    private Replay Shown(string name, Replay replay)
    {
        output.WriteLine($"{name}: {replay}");
        return replay;
    }
}
