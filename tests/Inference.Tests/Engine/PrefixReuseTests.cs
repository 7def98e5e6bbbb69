using NGrammys.Inference.Abstractions;
using NGrammys.TestSupport;

namespace NGrammys.Inference.Tests.Engine;

public sealed class PrefixReuseTests
{
    private const int Vocabulary = 50;

    [Fact]
    public async Task A_second_turn_computes_the_new_text_alone()
    {
        using var fixture = Fixture(4000);
        int[] first = Tokens(1, 300);
        var reply = await fixture.RunAsync(EngineFixture.Request(first, 40));
        var before = fixture.Engine.Load.Prefilled;
        int[] second = [.. first, .. Said(reply), .. Tokens(2, 25)];
        var steps = await fixture.RunAsync(EngineFixture.Request(second, 10));
        // The reply's last token was never computed, and the prompt's last one is the root.
        Assert.Equal(1 + 25 - 1, fixture.Engine.Load.Prefilled - before);
        Assert.Equal(300 + 39, steps[0].Reused);
        Assert.All(steps.Skip(1), step => Assert.Equal(0, step.Reused));
    }

    [Fact]
    public async Task A_second_turn_without_the_first_one_s_reasoning_computes_what_comes_behind_it()
    {
        using var fixture = Fixture(4000);
        int[] first = Tokens(1, 300);
        var said = Said(await fixture.RunAsync(EngineFixture.Request(first, 60)));
        var before = fixture.Engine.Load.Prefilled;
        // The first forty tokens of the reply were thought, not said.
        await fixture.RunAsync(EngineFixture.Request([.. first, .. said[40..], .. Tokens(2, 25)], 10));
        Assert.InRange(fixture.Engine.Load.Prefilled - before, 1, 20 + 25 - 1);
    }

    [Fact]
    public async Task Nothing_of_another_tenant_is_reused_and_nothing_that_it_says_changes_what_is()
    {
        int[] text = Tokens(1, 200);
        foreach (var other in (int[][])[text, Tokens(9, 200)])
        {
            using var fixture = Fixture(4000);
            await fixture.RunAsync(EngineFixture.Request(other, 10) with { Tenant = "other" });
            Assert.Equal(0, (await fixture.RunAsync(EngineFixture.Request(text, 10)))[0].Reused);
            Assert.Equal(199, (await fixture.RunAsync(EngineFixture.Request(text, 10)))[0].Reused);
        }
    }

    [Fact]
    public async Task Nothing_of_a_conversation_that_is_forgotten_is_reused()
    {
        using var fixture = Fixture(4000);
        var (mine, other) = (Guid.NewGuid(), Guid.NewGuid());
        int[] first = Tokens(1, 200), second = Tokens(9, 200);
        await fixture.RunAsync(EngineFixture.Request(first, 10) with { Conversation = mine });
        await fixture.RunAsync(EngineFixture.Request(second, 10) with { Conversation = other });

        await fixture.Engine.ForgetAsync(mine);

        Assert.Equal(0, (await fixture.RunAsync(EngineFixture.Request(first, 10)))[0].Reused);
        Assert.Equal(199, (await fixture.RunAsync(EngineFixture.Request(second, 10)))[0].Reused);
        await fixture.Engine.ForgetAsync(Guid.NewGuid());
        Assert.Equal(199, (await fixture.RunAsync(EngineFixture.Request(second, 10)))[0].Reused);
    }

    [Fact]
    public async Task Nothing_is_kept_of_a_sequence_whose_conversation_is_forgotten_while_it_runs()
    {
        using var fixture = Fixture(4000);
        var conversation = Guid.NewGuid();
        int[] text = Tokens(1, 200);
        var running = EngineFixture.Request(text, 1000) with { Conversation = conversation };
        await fixture.Engine.StartAsync(running);
        await fixture.Engine.VerifyAsync(new VerifyRequest { Sequence = running.Id, Position = 0, Draft = [] });

        await fixture.Engine.ForgetAsync(conversation);
        await fixture.Engine.CancelAsync(running.Id);

        Assert.Equal(0, (await fixture.RunAsync(EngineFixture.Request(text, 10)))[0].Reused);
    }

    [Fact]
    public async Task Alternatives_that_begin_together_read_their_prompt_once()
    {
        using var fixture = Fixture(8000);
        int[] prompt = Tokens(1, 1000);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(choice => fixture.RunAsync(EngineFixture.Request(prompt, 20) with { Choice = choice })));
        Assert.InRange(fixture.Engine.Load.Prefilled, 999, 1500);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public async Task In_a_cache_that_is_too_small_replies_wait_for_each_other_and_none_fails(int seed, bool ownMemory)
    {
        var next = ScriptedExecutor.Language(Vocabulary, seed);
        using var fixture = Fixture(700, seed, ownMemory);
        int[][] prompts = [.. Enumerable.Range(0, 8).Select(i => Tokens(100 * seed + i, 100))];
        var replies = await Task.WhenAll(prompts.Select(prompt => fixture.RunAsync(EngineFixture.Request(prompt, 400))));
        for (var i = 0; i < prompts.Length; i++)
        {
            var context = prompts[i].ToList();
            foreach (var token in Said(replies[i]))
            {
                Assert.Equal(next(context), token);
                context.Add(token);
            }

            Assert.Equal(500, context.Count);
        }

        Assert.True(fixture.Engine.Load.Preempted > 0);
    }

    [Fact]
    public async Task What_can_never_fit_is_refused_at_once_and_a_full_cache_is_no_reason_to_refuse()
    {
        using var fixture = Fixture(500);
        var error = await Assert.ThrowsAsync<EngineException>(() => fixture.Engine.StartAsync(EngineFixture.Request(Tokens(1, 100), 400)));
        Assert.Equal(EngineError.ContextLength, error.Error);
        for (var i = 0; i < 10; i++) await fixture.Engine.StartAsync(EngineFixture.Request(Tokens(1, 100), 300));
    }

    private static EngineFixture Fixture(int rows, int seed = 1, bool ownMemory = false) =>
        new(new ScriptedExecutor(Vocabulary, rows, ScriptedExecutor.Language(Vocabulary, seed)) { HasOwnMemory = ownMemory }, Vocabulary);

    private static int[] Tokens(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(Vocabulary))];
    }

    private static int[] Said(List<StepResult> steps) => [.. steps.SelectMany(step => step.Tokens)];
}
