using Microsoft.Extensions.Time.Testing;
using NGrammys.Drafting;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Engine;
using NGrammys.TestSupport;

namespace NGrammys.Inference.Tests.Engine;

public sealed class LikelyTokensTests
{
    private const int Vocabulary = 50;

    [Fact]
    public async Task Every_verified_node_tells_what_the_model_says_behind_it_rejected_or_not()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            var next = ScriptedExecutor.Language(Vocabulary, seed);
            using var fixture = new EngineFixture(new ScriptedExecutor(Vocabulary, 1000, next), Vocabulary);
            List<int> context = [1, 2];
            var rejected = 0;
            foreach (var step in await fixture.RunAsync(Request([1, 2], 30), text => Tree(random, next(text))))
            {
                var likely = step.Likely!;
                Assert.Equal(step.Drafted, likely.Nodes.Length);
                for (var node = -1; node < likely.Nodes.Length; node++)
                {
                    var path = new List<int>();
                    for (var at = node; at >= 0; at = likely.Parents[at]) path.Insert(0, likely.Nodes[at]);
                    Assert.Equal(next([.. context, .. path]), likely.Next[(node + 1) * LikelyTokens.Width]);
                }

                rejected += step.Drafted - step.Tokens.Length + 1;
                context.AddRange(step.Tokens);
            }

            Assert.True(rejected > 0, $"seed {seed}: no node was rejected");
        }
    }

    [Fact]
    public async Task Nobody_is_told_who_does_not_ask()
    {
        using var fixture = new EngineFixture(new ScriptedExecutor(Vocabulary, 1000, ScriptedExecutor.Language(Vocabulary, 1)), Vocabulary);

        Assert.All(await fixture.RunAsync(EngineFixture.Request([1], 10)), step => Assert.Null(step.Likely));
    }

    [Fact]
    public async Task Speculation_from_recycled_logits_and_bigrams_changes_no_token_and_saves_steps()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var next = ScriptedExecutor.Language(Vocabulary, seed);
            // While the clock stands still the window for drafts stays open.
            using var fixture = new EngineFixture(new ScriptedExecutor(Vocabulary, 1000, next), Vocabulary, time: new FakeTimeProvider());
            var plain = await fixture.RunAsync(EngineFixture.Request([seed, 3], 150) with { ExpectsDrafts = false });
            var (tokens, steps) = await SpeculateAsync(fixture.Engine, Request([seed, 3], 150), new ModelDrafting(Bigram(next)).CreateDrafter("test"));

            Assert.True(plain.SelectMany(step => step.Tokens).SequenceEqual(tokens), $"seed {seed}");
            Assert.True(steps < tokens.Count, $"seed {seed}: {steps} steps");
        }
    }

    private static async Task<(List<int> Tokens, int Steps)> SpeculateAsync(IInferenceEngine engine, SequenceRequest request, ConversationDrafter drafter)
    {
        var (tokens, steps) = (new List<int>(), 0);
        drafter.Append(request.Ids);
        await engine.StartAsync(request);
        while (true)
        {
            var draft = drafter.Draft(new DraftBudget(16)).ToNodes();
            var result = await engine.VerifyAsync(new VerifyRequest { Sequence = request.Id, Position = tokens.Count, Draft = draft }).For("the next step");
            foreach (var step in result.Steps)
            {
                drafter.Observe(step.Tokens, step.Likely.ToVerifiedNodes());
                tokens.AddRange(step.Tokens);
                steps++;
            }

            if (result.Finish is not null) return (tokens, steps);
        }
    }

    private static SequenceRequest Request(int[] prompt, int tokens) => EngineFixture.Request(prompt, tokens) with { TellsLikely = true, RunAhead = 1 };

    private static ModelBigram Bigram(Func<IReadOnlyList<int>, int> next) =>
        new(1, [.. Enumerable.Range(0, Vocabulary).Select(token => next([token]))], [.. Enumerable.Repeat((byte)255, Vocabulary)]);

    // A right guess, a wrong one, and something behind each.
    private static DraftNode[] Tree(Random random, int right) =>
        [new(right, -1, 5, 0.9f), new((right + 1) % Vocabulary, -1, 5, 0.9f), new(random.Next(Vocabulary), 0, 5, 0.9f), new(random.Next(Vocabulary), 1, 5, 0.9f)];
}
