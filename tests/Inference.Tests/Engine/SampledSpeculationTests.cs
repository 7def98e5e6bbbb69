using Microsoft.Extensions.Time.Testing;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Sampling;
using NGrammys.TestSupport;

namespace NGrammys.Inference.Tests.Engine;

public sealed class SampledSpeculationTests
{
    private const int Vocabulary = ByteTokenizer.Vocabulary;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task With_every_processor_on_speculated_output_is_the_plain_output(int round)
    {
        for (var seed = round * 1000; seed < round * 1000 + 60; seed++)
        {
            var random = new Random(seed);
            using var fixture = Fixture(seed);
            var request = RandomRequest(random);
            var plain = await fixture.RunAsync(request);
            var tokens = plain.SelectMany(step => step.Tokens).ToArray();
            var speculated = await fixture.RunAsync(request with { Id = Guid.NewGuid() }, context => Around(random, tokens, context.Count - request.Ids.Length));
            Assert.True(tokens.SequenceEqual(speculated.SelectMany(step => step.Tokens)), $"seed {seed}");
            Assert.Equal(plain.SelectMany(step => step.LogProbabilities).Select(p => (p.Token, p.LogProbability)),
                speculated.SelectMany(step => step.LogProbabilities).Select(p => (p.Token, p.LogProbability)));
            Assert.Equal(tokens, speculated.SelectMany(step => step.LogProbabilities).Select(p => p.Token));
            Assert.All(speculated, step => Assert.InRange(step.Tokens.Length, 1, step.Drafted + 1));
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public async Task A_turn_that_is_continued_goes_on_as_if_it_had_not_been_cut(int seed)
    {
        using var fixture = Fixture(seed);
        var random = new Random(seed);
        var request = RandomRequest(random) with { MaxTokens = 40, StopTokens = [], StopStrings = [], MinTokens = 0 };
        var whole = (await fixture.RunAsync(request)).SelectMany(step => step.Tokens).ToArray();
        var rest = await fixture.RunAsync(request with { Id = Guid.NewGuid(), Ids = [.. request.Ids, .. whole[..17]], Position = 17 });
        Assert.Equal(whole[17..], rest.SelectMany(step => step.Tokens));
    }

    [Fact]
    public async Task Choices_differ_and_each_is_reproducible_alone()
    {
        using var fixture = Fixture(3);
        var request = EngineFixture.Request([1, 2], 30) with { Sampling = new SamplingParameters { Temperature = 1, Seed = 9 } };
        async Task<int[]> Choice(int choice) =>
            [.. (await fixture.RunAsync(request with { Id = Guid.NewGuid(), Choice = choice })).SelectMany(step => step.Tokens)];
        var together = await Task.WhenAll(Enumerable.Range(0, 4).Select(Choice));
        Assert.Equal(4, together.Select(tokens => string.Join(',', tokens)).Distinct().Count());
        Assert.Equal(together[2], await Choice(2));
    }

    [Fact]
    public async Task Nothing_behind_a_stop_string_is_kept_however_much_was_accepted()
    {
        var text = "The end. STOP and more"u8.ToArray();
        using var fixture = new EngineFixture(new ScriptedExecutor(Vocabulary, 2000, context => text[context.Count - 1]), Vocabulary,
            time: new FakeTimeProvider(), tokenizer: new ByteTokenizer());
        var request = EngineFixture.Request([1], text.Length) with { StopStrings = ["never", "STOP"] };
        var steps = await fixture.RunAsync(request, context => [.. text.Skip(context.Count - 1).Take(20).Select((b, i) => new DraftNode(b, i - 1, 1, 0.99f))]);
        Assert.Equal("The end. STOP", new ByteTokenizer().Decode(steps.SelectMany(step => step.Tokens).ToArray(), true));
        Assert.All(steps, step => Assert.Equal(step.Tokens.Length, step.Sources.Length));
        Assert.Equal(text.Length, (await fixture.RunAsync(request with { Id = Guid.NewGuid(), StopStrings = ["STOP!"] })).Sum(step => step.Tokens.Length));
    }

    [Fact]
    public async Task A_reply_is_not_shorter_than_it_may_be()
    {
        using var fixture = new EngineFixture(new ScriptedExecutor(Vocabulary, 2000, _ => 7), Vocabulary);
        var steps = await fixture.RunAsync(EngineFixture.Request([1], 30) with { StopTokens = [7], MinTokens = 5 });
        var tokens = steps.SelectMany(step => step.Tokens).ToArray();
        Assert.Equal(6, tokens.Length);
        Assert.Equal(7, tokens[^1]);
        Assert.DoesNotContain(7, tokens[..^1]);
    }

    [Fact]
    public async Task With_speculation_on_samples_follow_the_exact_distribution()
    {
        const int Small = 4, Draws = 3000, Length = 3, Seed = 41;
        var next = ScriptedExecutor.Language(Small, Seed);
        var sampling = new SamplingParameters { Temperature = 0.7, FrequencyPenalty = 0.4, TopP = 0.97 };
        using var fixture = new EngineFixture(new ScriptedExecutor(Small, 2000, next), Small, time: new FakeTimeProvider());
        var observed = new Dictionary<int, int>();
        var random = new Random(Seed);
        var accepted = 0;
        for (var draw = 0; draw < Draws; draw++)
        {
            var request = EngineFixture.Request([1], Length) with { Sampling = sampling with { Seed = (ulong)draw } };
            var steps = await fixture.RunAsync(request, context => [new DraftNode(next(context), -1, 1, 0.9f), new DraftNode(random.Next(Small), 0, 1, 0.8f)]);
            accepted += steps.Sum(step => step.Sources.Count(source => source != 0));
            var outcome = steps.SelectMany(step => step.Tokens).Aggregate(0, (sum, token) => sum * Small + token);
            observed[outcome] = observed.GetValueOrDefault(outcome) + 1;
        }

        var (statistic, freedom, rare, rareSeen) = (0.0, -1, 0.0, 0);
        foreach (var (outcome, probability) in Exact(next, sampling, [1], Length))
        {
            var expected = probability * Draws;
            if (expected < 5) (rare, rareSeen) = (rare + expected, rareSeen + observed.GetValueOrDefault(outcome));
            else (statistic, freedom) = (statistic + Math.Pow(observed.GetValueOrDefault(outcome) - expected, 2) / expected, freedom + 1);
        }

        if (rare > 0) (statistic, freedom) = (statistic + Math.Pow(rareSeen - rare, 2) / rare, freedom + 1);
        // Mean plus four standard deviations: for a fixed seed a failure is a bug.
        Assert.True(statistic < freedom + 4 * Math.Sqrt(2 * freedom), $"chi-square {statistic:f1} with {freedom} degrees of freedom");
        Assert.True(accepted > Draws / 4, $"{accepted} accepted");
    }

    private static IEnumerable<(int Outcome, double Probability)> Exact(Func<IReadOnlyList<int>, int> next, SamplingParameters sampling, int[] context, int left)
    {
        if (left == 0)
        {
            yield return (context.Skip(1).Aggregate(0, (sum, token) => sum * 4 + token), 1);
            yield break;
        }

        var (logits, probabilities) = (new float[4], new double[4]);
        logits[next(context)] = 1;
        new TokenSampler().Distribution(logits, sampling, probabilities, new NodeContext { Counts = new TokenCounts(context.AsSpan(0, 1), context.AsSpan(1)) });
        for (var token = 0; token < 4; token++)
        {
            foreach (var (outcome, probability) in Exact(next, sampling, [.. context, token], left - 1)) yield return (outcome, probability * probabilities[token]);
        }
    }

    private static EngineFixture Fixture(int seed) => new(new ScriptedExecutor(Vocabulary, 4000, ScriptedExecutor.Language(Vocabulary, seed)), Vocabulary,
        time: new FakeTimeProvider(), tokenizer: new ByteTokenizer());

    private static SequenceRequest RandomRequest(Random random) => EngineFixture.Request([.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => random.Next(Vocabulary))], 60) with
    {
        Choice = random.Next(3),
        MinTokens = random.Next(10),
        StopTokens = [random.Next(Vocabulary), random.Next(Vocabulary)],
        StopStrings = [((char)random.Next('a', 'g')).ToString(), "no"],
        TopLogProbabilities = random.Next(4),
        Sampling = new SamplingParameters
        {
            Temperature = random.Next(4) == 0 ? 0 : 0.1 + random.NextDouble() / 2,
            TopK = random.Next(2) * random.Next(1, 300),
            TopP = 0.5 + random.NextDouble() / 2,
            MinP = random.Next(2) * 0.01,
            TypicalP = random.Next(3) == 0 ? 0.9 : 1,
            RepetitionPenalty = 0.9 + random.NextDouble() / 2,
            PresencePenalty = random.NextDouble() - 0.3,
            FrequencyPenalty = random.NextDouble() - 0.3,
            LogitBias = [new TokenBias(random.Next(Vocabulary), 1.5), new TokenBias(ByteTokenizer.End, -100)],
            Seed = (ulong)random.Next(),
        },
    };

    // Knows the reply and mixes truth with lies, twins and what lies past the end.
    private static DraftNode[] Around(Random random, int[] reply, int position)
    {
        var nodes = new List<DraftNode>();
        for (var (depth, parent) = (0, -1); depth < random.Next(1, 8); depth++)
        {
            var truth = position + depth < reply.Length ? reply[position + depth] : random.Next(Vocabulary);
            if (random.Next(3) == 0) nodes.Add(new DraftNode(random.Next(Vocabulary), parent, 2, 0.9f));
            nodes.Add(new DraftNode(random.Next(6) == 0 ? random.Next(Vocabulary) : truth, parent, 1, 0.95f));
            if (random.Next(4) == 0) nodes.Add(nodes[^1]);
            parent = nodes.Count - 1;
        }

        return [.. nodes];
    }
}
