using Microsoft.Extensions.Time.Testing;
using NGrammys.Inference.Abstractions;
using NGrammys.TestSupport;

namespace NGrammys.Inference.Tests.Engine;

public sealed class InferenceEngineTests
{
    private const int Vocabulary = 50;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Speculated_output_is_the_plain_output_whatever_is_drafted(int round)
    {
        for (var seed = round * 100; seed < round * 100 + 60; seed++)
        {
            var random = new Random(seed);
            var next = ScriptedExecutor.Language(Vocabulary, seed);
            using var fixture = new EngineFixture(new ScriptedExecutor(Vocabulary, 2000, next), Vocabulary);
            var prompts = Enumerable.Range(0, 3).Select(_ => Tokens(random, random.Next(1, 600))).ToArray();
            var tokens = random.Next(1, 60);
            var replies = await Task.WhenAll(prompts.Select(prompt =>
            {
                var own = new Random(seed);
                return fixture.RunAsync(EngineFixture.Request(prompt, tokens), context => RandomTree(own, context, next));
            }));
            for (var i = 0; i < prompts.Length; i++)
                Assert.Equal(Plain(prompts[i], tokens, next), replies[i].SelectMany(step => step.Tokens));
        }
    }

    [Fact]
    public async Task A_right_draft_is_accepted_whole_and_its_tokens_name_their_source()
    {
        var next = ScriptedExecutor.Language(Vocabulary, 7);
        // While the clock stands still the window for drafts stays open.
        using var fixture = new EngineFixture(new ScriptedExecutor(Vocabulary, 2000, next), Vocabulary, time: new FakeTimeProvider());
        var steps = await fixture.RunAsync(EngineFixture.Request([1], 40), context => Chain(Plain(context, 3, next)));
        Assert.Equal(10, steps.Count);
        Assert.All(steps, step => Assert.Equal([5, 5, 5, 0], step.Sources));
        Assert.Equal(Enumerable.Range(0, steps.Count), steps.Select(step => step.Step));
    }

    [Fact]
    public async Task An_owner_who_lets_nothing_run_ahead_is_waited_for()
    {
        var next = ScriptedExecutor.Language(Vocabulary, 7);
        using var fixture = new EngineFixture(new ScriptedExecutor(Vocabulary, 2000, next), Vocabulary);
        var request = EngineFixture.Request([1], 40) with { RunAhead = 1 };
        await fixture.Engine.StartAsync(request);
        var first = await fixture.Engine.VerifyAsync(new VerifyRequest { Sequence = request.Id, Position = 0 }).For("the first token");
        // Another's whole reply, meanwhile.
        await fixture.RunAsync(EngineFixture.Request([2], 40));
        var position = first.Steps.Sum(step => step.Tokens.Length);
        var second = await fixture.Engine.VerifyAsync(new VerifyRequest { Sequence = request.Id, Position = position }).For("the second step");
        Assert.Equal(1, Assert.Single(second.Steps).Step);
    }

    [Fact]
    public async Task Without_drafts_a_step_brings_one_token()
    {
        var next = ScriptedExecutor.Language(Vocabulary, 7);
        using var fixture = new EngineFixture(new ScriptedExecutor(Vocabulary, 2000, next), Vocabulary);
        var steps = await fixture.RunAsync(EngineFixture.Request([1, 2], 30));
        Assert.Equal(30, steps.Count);
        Assert.All(steps, step => Assert.Equal(0, step.Drafted));
    }

    [Fact]
    public async Task Forced_tokens_come_whatever_the_model_says_and_right_drafts_of_them_are_accepted()
    {
        using var fixture = new EngineFixture(new ScriptedExecutor(Vocabulary, 2000, ScriptedExecutor.Language(Vocabulary, 7)), Vocabulary, time: new FakeTimeProvider());
        int[] forced = [.. Enumerable.Range(0, 20).Select(i => i * 7 % Vocabulary)];
        var plain = await fixture.RunAsync(EngineFixture.Request([1], 20) with { Forced = forced });
        var drafted = await fixture.RunAsync(EngineFixture.Request([1], 20) with { Forced = forced }, context => Chain([.. forced.Skip(context.Count - 1).Take(3)]));

        Assert.Equal(forced, plain.SelectMany(step => step.Tokens));
        Assert.Equal(forced, drafted.SelectMany(step => step.Tokens));
        Assert.Equal((20, 5), (plain.Count, drafted.Count));
    }

    [Fact]
    public async Task A_stop_token_inside_an_accepted_draft_ends_the_reply_and_the_rest_is_cut()
    {
        using var fixture = new EngineFixture(new ScriptedExecutor(Vocabulary, 2000, context => (context[^1] + 1) % Vocabulary), Vocabulary);
        var request = EngineFixture.Request([1], 30) with { StopTokens = [9] };
        var steps = await fixture.RunAsync(request, context => Chain([.. Enumerable.Range(context[^1] + 1, 6)]));
        Assert.Equal([2, 3, 4, 5, 6, 7, 8, 9], steps.SelectMany(step => step.Tokens));
    }

    [Fact]
    public async Task No_draft_reaches_behind_the_last_token_that_may_come_or_the_context_s_end()
    {
        var largest = 0;
        var executor = new ScriptedExecutor(Vocabulary, 2000, context => (context[^1] + 1) % Vocabulary)
        {
            OnForward = batch =>
            {
                foreach (var position in batch.Positions) largest = Math.Max(largest, position);
            },
        };
        using var fixture = new EngineFixture(executor, Vocabulary, contextLength: 40, time: new FakeTimeProvider());
        var steps = await fixture.RunAsync(EngineFixture.Request([1], 1000), context => Chain([.. Enumerable.Range(context[^1] + 1, 16).Select(i => i % Vocabulary)]));
        Assert.Equal(39, steps.Sum(step => step.Tokens.Length));
        // The last token needs no position: nothing comes behind it.
        Assert.Equal(38, largest);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    public async Task Conversations_that_decode_at_once_share_their_steps(int conversations)
    {
        var next = ScriptedExecutor.Language(Vocabulary, 11);
        using var release = new ManualResetEventSlim();
        var executor = new ScriptedExecutor(Vocabulary, 20_000, next) { OnForward = _ => release.Wait(EngineFixture.Patience) };
        using var fixture = new EngineFixture(executor, Vocabulary);
        var replies = Enumerable.Range(0, conversations)
            .Select(i => fixture.RunAsync(EngineFixture.Request([i, i + 1], 200), context => Chain(Plain(context, 1, next)))).ToList();
        release.Set();
        await Task.WhenAll(replies);
        var load = fixture.Engine.Load;
        Assert.True(load.RootsCarried >= 0.9 * load.RootsRunning, $"{load.RootsCarried} of {load.RootsRunning} roots were carried");
        Assert.True(load.RootsCarried >= 0.75 * conversations * load.Steps, $"{load.RootsCarried} roots in {load.Steps} steps of {conversations} conversations");
    }

    [Fact]
    public async Task A_drafter_that_never_answers_holds_up_nobody()
    {
        var next = ScriptedExecutor.Language(Vocabulary, 3);
        using var fixture = new EngineFixture(new ScriptedExecutor(Vocabulary, 4000, next), Vocabulary);
        var silent = EngineFixture.Request([4, 5], 300);
        await fixture.Engine.StartAsync(silent);
        var steps = await fixture.RunAsync(EngineFixture.Request([1, 2], 100));
        Assert.Equal(100, steps.Count);
        // Its own reply went on without it, bare, in the same steps.
        var result = await fixture.Engine.VerifyAsync(new VerifyRequest { Sequence = silent.Id, Position = 0 });
        Assert.Equal(Plain([4, 5], result.Steps.Length, next), result.Steps.SelectMany(step => step.Tokens));
        Assert.True(result.Steps.Length >= 90, $"{result.Steps.Length} steps");
    }

    [Fact]
    public async Task A_reader_who_asks_again_gets_the_same_steps()
    {
        var next = ScriptedExecutor.Language(Vocabulary, 3);
        using var fixture = new EngineFixture(new ScriptedExecutor(Vocabulary, 4000, next), Vocabulary);
        var request = EngineFixture.Request([4, 5], 20);
        await fixture.Engine.StartAsync(request);
        var first = await fixture.Engine.VerifyAsync(new VerifyRequest { Sequence = request.Id, Position = 0 });
        var again = await fixture.Engine.VerifyAsync(new VerifyRequest { Sequence = request.Id, Position = 0 });
        Assert.Equal(first.Steps.SelectMany(step => step.Tokens), again.Steps.SelectMany(step => step.Tokens).Take(first.Steps.Length));
    }

    [Fact]
    public async Task Cancelling_ends_a_sequence_and_frees_its_rows()
    {
        using var fixture = new EngineFixture(new ScriptedExecutor(Vocabulary, 1000, ScriptedExecutor.Language(Vocabulary, 1)), Vocabulary);
        var request = EngineFixture.Request([1], 900);
        await fixture.Engine.StartAsync(request);
        await fixture.Engine.CancelAsync(request.Id);
        var steps = await fixture.RunAsync(EngineFixture.Request([2], 900));
        Assert.Equal(900, steps.Count);
        var late = await fixture.Engine.VerifyAsync(new VerifyRequest { Sequence = request.Id, Position = 0 });
        Assert.Empty(late.Steps);
        Assert.Equal(FinishReason.Cancelled, late.Finish);
    }

    [Fact]
    public async Task Cancelling_tells_who_waits_for_the_sequence()
    {
        // Too few rows for both: the second one waits in the queue when it is cancelled.
        using var fixture = new EngineFixture(new ScriptedExecutor(Vocabulary, 1000, ScriptedExecutor.Language(Vocabulary, 1)), Vocabulary);
        var running = EngineFixture.Request([.. Enumerable.Repeat(2, 800)], 50) with { RunAhead = 1 };
        await fixture.Engine.StartAsync(running);
        var waiting = EngineFixture.Request([.. Enumerable.Repeat(1, 300)], 50);
        await fixture.Engine.StartAsync(waiting);
        var answer = fixture.Engine.VerifyAsync(new VerifyRequest { Sequence = waiting.Id, Position = 0 });
        await fixture.Engine.CancelAsync(waiting.Id);
        Assert.Equal(FinishReason.Cancelled, (await answer.For("the word that the sequence was cancelled")).Finish);
    }

    [Fact]
    public async Task A_sequence_without_room_waits_and_comes_later()
    {
        var next = ScriptedExecutor.Language(Vocabulary, 1);
        using var fixture = new EngineFixture(new ScriptedExecutor(Vocabulary, 200, next), Vocabulary);
        var replies = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => fixture.RunAsync(EngineFixture.Request([i], 100))));
        for (var i = 0; i < replies.Length; i++) Assert.Equal(Plain([i], 100, next), replies[i].SelectMany(step => step.Tokens));
    }

    [Fact]
    public async Task A_sequence_whose_owner_is_gone_is_forgotten_and_frees_its_rows()
    {
        var time = new FakeTimeProvider();
        using var fixture = new EngineFixture(new ScriptedExecutor(Vocabulary, 1000, ScriptedExecutor.Language(Vocabulary, 1)), Vocabulary, time: time);
        var orphan = EngineFixture.Request([1], 900) with { ExpectsDrafts = false };
        await fixture.Engine.StartAsync(orphan);
        time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(900, (await fixture.RunAsync(EngineFixture.Request([2], 900) with { ExpectsDrafts = false })).Count);
        var error = await Assert.ThrowsAsync<EngineException>(() => fixture.Engine.VerifyAsync(new VerifyRequest { Sequence = orphan.Id, Position = 0 }));
        Assert.Equal(EngineError.UnknownSequence, error.Error);
    }

    [Fact]
    public async Task A_failing_pass_fails_every_waiter_and_every_later_call()
    {
        var executor = new ScriptedExecutor(Vocabulary, 1000, _ => throw new InvalidOperationException("the device is gone"));
        using var fixture = new EngineFixture(executor, Vocabulary);
        var error = await Assert.ThrowsAsync<EngineException>(() => fixture.RunAsync(EngineFixture.Request([1], 10)));
        Assert.Equal(EngineError.Unavailable, error.Error);
        Assert.Contains("the device is gone", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<EngineException>(() => fixture.RunAsync(EngineFixture.Request([1], 10)));
    }

    [Theory]
    [InlineData(new int[0], 10, EngineError.InvalidRequest)]
    [InlineData(new[] { 50 }, 10, EngineError.InvalidRequest)]
    [InlineData(new[] { -1 }, 10, EngineError.InvalidRequest)]
    [InlineData(new[] { 1 }, 0, EngineError.InvalidRequest)]
    [InlineData(new[] { 1, 2, 3, 4 }, 10, EngineError.ContextLength)]
    public async Task A_bad_request_is_refused_in_words(int[] ids, int maxTokens, EngineError expected)
    {
        using var fixture = new EngineFixture(new ScriptedExecutor(Vocabulary, 1000, _ => 0), Vocabulary, contextLength: 4);
        var error = await Assert.ThrowsAsync<EngineException>(() => fixture.Engine.StartAsync(EngineFixture.Request(ids, maxTokens)));
        Assert.Equal(expected, error.Error);
    }

    private static int[] Tokens(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(Vocabulary))];

    private static int[] Plain(IEnumerable<int> prompt, int count, Func<IReadOnlyList<int>, int> next)
    {
        var context = prompt.ToList();
        for (var i = 0; i < count; i++) context.Add(next(context));
        return [.. context.TakeLast(count)];
    }

    private static DraftNode[] Chain(int[] tokens) => [.. tokens.Select((token, i) => new DraftNode(token, i - 1, 5, 0.99f))];

    // Right guesses, wrong guesses, siblings, deep chains: whatever a drafter may come up with.
    private static DraftNode[] RandomTree(Random random, List<int> context, Func<IReadOnlyList<int>, int> next)
    {
        var nodes = new List<DraftNode>();
        var paths = new List<List<int>>();
        for (var i = random.Next(0, 12); i > 0; i--)
        {
            var parent = random.Next(-1, nodes.Count);
            var path = parent < 0 ? context : paths[parent];
            var token = random.Next(3) > 0 ? next(path) : random.Next(Vocabulary);
            nodes.Add(new DraftNode(token, parent, 1, (float)random.NextDouble()));
            paths.Add([.. path, token]);
        }

        return [.. nodes];
    }
}
