using NGrammys.Drafting;
using NGrammys.Inference.Abstractions;
using NGrammys.TestSupport;

namespace NGrammys.Inference.Tests.Engine;

public sealed class ConstrainedSequenceTests
{
    private const string Schema = """{"type": "object", "properties": {"temperature": {"type": "integer"}}, "required": ["temperature"], "additionalProperties": false}""";

    private static readonly ByteTokenizer Tokenizer = new();

    [Fact]
    public async Task A_reply_fits_its_schema_and_ends_with_it()
    {
        using var fixture = Fixture(out _);
        // Numbers need not end; this model likes brackets.
        var sampling = new SamplingParameters { LogitBias = [new('}', 5)] };
        var steps = await fixture.RunAsync(Request(new(ConstraintKind.JsonSchema, Schema)) with { StopTokens = [ByteTokenizer.End], Sampling = sampling });
        var said = Said(steps);
        Assert.Matches("^\\{\\s*\"temperature\"\\s*:\\s*-?(0|[1-9][0-9]*)\\s*\\}$", Tokenizer.Decode(said, skipSpecial: true));
        Assert.Equal(ByteTokenizer.End, said[^1]);
    }

    [Fact]
    public async Task Without_stop_tokens_it_ends_where_nothing_more_is_possible()
    {
        using var fixture = Fixture(out _);
        var request = Request(new(ConstraintKind.Regex, "ab?c"));
        var said = Said(await fixture.RunAsync(request));
        Assert.Matches("^ab?c$", Tokenizer.Decode(said, skipSpecial: true));
        // Taken up again from there, it is over at once.
        var again = request with { Id = Guid.NewGuid(), Ids = [.. request.Ids, .. said], Position = said.Length };
        await fixture.Engine.StartAsync(again);
        var end = await fixture.Engine.VerifyAsync(new VerifyRequest { Sequence = again.Id, Position = said.Length });
        Assert.Empty(end.Steps);
        Assert.Equal(FinishReason.Stop, end.Finish);
    }

    [Fact]
    public async Task What_leaves_no_choice_is_guessed_by_the_engine_and_what_is_forbidden_costs_nothing()
    {
        const string Pattern = "The capital of France is [PQ]aris, as everybody knows\\.";
        using var fixture = Fixture(out var nodes);
        var plain = Said(await fixture.RunAsync(Request(new(ConstraintKind.Regex, Pattern)) with { ExpectsDrafts = false }));
        Assert.Equal(plain.Length, nodes.Steps);
        nodes.Clear();
        // The draft's tokens are all forbidden: none of them is computed.
        DraftNode[] forbidden = [.. Enumerable.Range(0, 8).Select(i => new DraftNode('z' - i, i - 1, 1, 1f))];
        var steps = await fixture.RunAsync(Request(new(ConstraintKind.Regex, Pattern)), _ => forbidden);
        Assert.Equal(plain, Said(steps));
        Assert.True(steps.Count <= 6, $"{steps.Count} steps for {plain.Length} tokens");
        Assert.All(steps, step => Assert.All(step.Sources, source => Assert.True(source is 0 or (byte)DraftSource.Constraint)));
        Assert.DoesNotContain((int)'z', nodes.Tokens);
    }

    [Fact]
    public async Task Every_cut_of_a_reply_goes_on_with_the_same_tokens()
    {
        using var fixture = Fixture(out _);
        var request = Request(new(ConstraintKind.Json)) with { StopTokens = [ByteTokenizer.End], Sampling = new() { Temperature = 1, Seed = 9, RepetitionPenalty = 1.2 } };
        var said = Said(await fixture.RunAsync(request));
        for (var at = 1; at < said.Length; at += 3)
        {
            var rest = await fixture.RunAsync(request with { Id = Guid.NewGuid(), Ids = [.. request.Ids, .. said[..at]], Position = at });
            Assert.Equal(said[at..], Said(rest));
        }
    }

    [Theory]
    [InlineData(ConstraintKind.JsonSchema, """{"type": "poem"}""", "'type'")]
    [InlineData(ConstraintKind.JsonSchema, "{", "refused")]
    [InlineData(ConstraintKind.Regex, "(", "pattern")]
    public async Task What_is_not_understood_is_refused_before_anything_starts(ConstraintKind kind, string text, string words)
    {
        using var fixture = Fixture(out _);
        var request = Request(new(kind, text));
        Assert.Equal(EngineError.InvalidRequest, Assert.Throws<EngineException>(() => fixture.Engine.Check(request)).Error);
        var error = await Assert.ThrowsAsync<EngineException>(() => fixture.Engine.StartAsync(request));
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_continuation_that_the_constraint_forbids_is_refused()
    {
        using var fixture = Fixture(out _);
        var request = Request(new(ConstraintKind.Regex, "[0-9]+"));
        var error = await Assert.ThrowsAsync<EngineException>(() => fixture.Engine.StartAsync(request with { Ids = [.. request.Ids, 'x'], Position = 1 }));
        Assert.Equal(EngineError.InvalidRequest, error.Error);
    }

    private static EngineFixture Fixture(out CountedNodes nodes)
    {
        var counted = nodes = new CountedNodes();
        // It would rather say anything else: letters that follow the last one by three.
        var executor = new ScriptedExecutor(ByteTokenizer.Vocabulary, 4000, context => (context[^1] + 3) % 256)
        {
            OnForward = batch =>
            {
                counted.Steps++;
                counted.Tokens.AddRange(batch.Tokens);
            },
        };
        return new EngineFixture(executor, ByteTokenizer.Vocabulary, tokenizer: Tokenizer);
    }

    private static SequenceRequest Request(ConstraintSpecification constraint) => EngineFixture.Request([1, 2], 80) with { Constraint = constraint };

    private static int[] Said(List<StepResult> steps) => [.. steps.SelectMany(step => step.Tokens)];

    private sealed class CountedNodes
    {
        public int Steps { get; set; }

        public List<int> Tokens { get; } = [];

        public void Clear()
        {
            Steps = 0;
            Tokens.Clear();
        }
    }
}
