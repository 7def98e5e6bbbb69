using NGrammys.Drafting.Assessment;

namespace NGrammys.Drafting.Tests.Assessment;

public sealed class ReplayTests
{
    private static readonly PassCosts Linear = new([(1, 0, 1), (101, 0, 2)]);

    [Fact]
    public void Prompt_lookup_takes_the_first_occurrence_of_the_longest_match()
    {
        // Behind 1 2 3 the prompt goes on with 4 5 9: two tokens and the model's own 6, then 7 and 8 without a draft that holds.
        var replay = Replay.Run([Turn([1, 2, 3, 4, 5, 9, 1, 2, 3], [4, 5, 6, 7, 8])], new PromptLookup(), Linear);

        Assert.Equal((5, 3, 6), (replay.All.Tokens, replay.All.Calls, replay.All.Drafted));
        Assert.Equal(5 / (1.06 + 1 + 1), replay.All.Speedup, precision: 9);
    }

    [Fact]
    public void Figures_add_up_over_categories_and_contexts()
    {
        var random = new Random(1);
        List<RecordedTurn> turns = [.. Enumerable.Range(0, 30).Select(turn => Turn(Tokens(random, 400), Tokens(random, 100), $"kind {turn % 3}"))];
        foreach (var name in Strategies.Names)
        {
            var replay = Replay.Run(turns, Strategies.Create(name, maxDrafted: 4)!, Linear);

            Assert.Equal(turns.Sum(turn => turn.Reply.Length), replay.All.Tokens);
            Assert.Equal(["kind 0", "kind 1", "kind 2"], replay.Categories.Keys);
            Assert.Equal((replay.All.Tokens, replay.All.Calls, replay.All.Drafted), Sum(replay.Categories.Values));
            Assert.Equal((replay.All.Tokens, replay.All.Calls, replay.All.Drafted), Sum(replay.Contexts));
            if (name is "context" or "shared" or "adaptive") Assert.InRange(replay.All.DraftedPerCall, 0.1, 4);
        }
    }

    [Fact]
    public void Strategies_see_nothing_of_what_is_to_come()
    {
        var random = new Random(2);
        List<RecordedTurn> turns = [.. Enumerable.Range(0, 10).Select(_ => Turn(Tokens(random, 100), Tokens(random, 100)))];
        foreach (var name in Strategies.Names)
        {
            var few = Replay.Run(turns.Take(5), Strategies.Create(name, 8)!, Linear).All;
            List<RecordedTurn> others = [.. turns.Take(5), .. Enumerable.Range(0, 5).Select(_ => Turn(Tokens(random, 100), Tokens(random, 100), "other"))];
            var many = Replay.Run(others, Strategies.Create(name, 8)!, Linear).Categories["all"];

            Assert.Equal((few.Tokens, few.Calls, few.Drafted), (many.Tokens, many.Calls, many.Drafted));
        }
    }

    [Fact]
    public void Shared_grams_help_where_conversations_repeat_each_other()
    {
        var reply = Tokens(new Random(3), 200, vocabulary: 10_000);
        List<RecordedTurn> turns = [.. Enumerable.Range(0, 20).Select(turn => Turn([turn], reply))];
        var context = Replay.Run(turns, Strategies.Create("context", 8)!, Linear).All;
        var adaptive = Replay.Run(turns, Strategies.Create("adaptive", 8)!, Linear).All;

        Assert.InRange(context.TokensPerCall, 1, 1.2);
        Assert.InRange(adaptive.TokensPerCall, 3, 20);
    }

    [Fact]
    public void Costs_are_interpolated_over_tokens_and_context()
    {
        var costs = new PassCosts([(1, 0, 10), (9, 0, 18), (1, 100, 20), (9, 100, 36)]);

        Assert.Equal(10, costs.Cost(1, 0));
        Assert.Equal(14, costs.Cost(5, 0));
        Assert.Equal(21, costs.Cost(5, 50));
        Assert.Equal(36 + 16, costs.Cost(17, 1000));
        Assert.Throws<ArgumentException>(() => new PassCosts([]));
        Assert.Throws<ArgumentException>(() => new PassCosts([(1, 0, 0)]));
    }

    [Fact]
    public void Verdicts_say_how_much_why_and_what_limits_it()
    {
        var random = new Random(4);
        var copied = Tokens(random, 300, vocabulary: 10_000);
        List<RecordedTurn> turns = [Turn(copied, copied, "copy"), Turn([1], Tokens(random, 300, vocabulary: 10_000), "noise"), Turn(copied, copied[..8], "short")];
        var replay = Replay.Run(turns, Strategies.Create("adaptive", 16)!, PassCosts.Free);
        var workloads = Workload.Measure(turns);
        var verdicts = replay.Categories.ToDictionary(category => category.Key, category => Verdict.Of(workloads[category.Key], category.Value, measured: false));

        Assert.Equal("well suited", verdicts["copy"].Suited);
        Assert.DoesNotContain("limited", verdicts["copy"].Sentence);
        Assert.Equal("not suited", verdicts["noise"].Suited);
        Assert.Contains("no repetition", verdicts["noise"].Sentence);
        Assert.Contains("high entropy", verdicts["noise"].Sentence);
        Assert.Contains("short outputs: 8 tokens", verdicts["short"].Sentence);
    }

    private static RecordedTurn Turn(int[] prompt, int[] reply, string category = "all") => new(Guid.NewGuid(), category, prompt, reply);

    private static int[] Tokens(Random random, int count, int vocabulary = 12) => [.. Enumerable.Range(0, count).Select(_ => random.Next(vocabulary))];

    private static (long, long, long) Sum(IEnumerable<Tally> tallies) =>
        (tallies.Sum(tally => tally.Tokens), tallies.Sum(tally => tally.Calls), tallies.Sum(tally => tally.Drafted));
}
