using Microsoft.Extensions.Time.Testing;
using NGrammys.Drafting;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Engine;
using NGrammys.TestSupport;

namespace NGrammys.Inference.Tests.Engine;

public sealed class EarlyRejectionTests
{
    private const int Vocabulary = 300;
    private const int Noise = 300;

    [Fact]
    public async Task Where_drafts_do_not_pay_nothing_is_drafted_until_the_text_repeats_itself()
    {
        // First tokens of which most have stood there before, with others behind them; then the same seven again and again.
        var random = new Random(1);
        int[] reply = [.. Enumerable.Range(0, Noise).Select(_ => random.Next(Vocabulary)), .. Enumerable.Range(0, 100).Select(i => i % 7)];
        using var fixture = new EngineFixture(new ScriptedExecutor(Vocabulary, 2000, context => context.Count - 1 < reply.Length ? reply[context.Count - 1] : 0), Vocabulary, time: new FakeTimeProvider());
        var drafter = new ConversationDrafter();
        var read = 0;
        var steps = await fixture.RunAsync(EngineFixture.Request([1], reply.Length) with { RunAhead = 1 }, context =>
        {
            if (read == 0) drafter.Append([.. context]);
            else drafter.Observe([.. context.Skip(read)]);
            read = context.Count;
            return drafter.Draft(new DraftBudget(DraftBudget.DefaultMaxNodes, MinSurvival: 1f / 16)).ToNodes();
        });

        Assert.Equal(reply, steps.SelectMany(step => step.Tokens));
        Assert.Equal(0, steps.Where(step => step.Position is >= 100 and < Noise).Sum(step => step.Drafted));
        var repeated = steps.Where(step => step.Position >= Noise + 14).ToList();
        Assert.True(repeated[..4].Exists(step => step.Drafted > 0), "nothing was drafted behind the second repetition");
        Assert.True(repeated.Count < 50, $"{repeated.Count} steps for 86 tokens that repeat themselves");
    }

    [Fact]
    public async Task Who_had_no_guess_for_some_steps_is_not_waited_for_until_there_is_one()
    {
        // While the clock stands still a window that has opened closes by an answer alone.
        var passes = 0;
        var far = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var executor = new ScriptedExecutor(50, 2000, context => (context[^1] + 1) % 50);
        executor.OnForward = _ =>
        {
            if (++passes == 60) far.SetResult();
        };
        using var fixture = new EngineFixture(executor, 50, time: new FakeTimeProvider());
        var request = EngineFixture.Request([0], 400) with { RunAhead = 57 };
        await fixture.Engine.StartAsync(request);
        for (var i = 0; i < 4; i++) await fixture.Engine.VerifyAsync(new VerifyRequest { Sequence = request.Id, Position = i }).For("a step without a guess");
        await far.Task.For("sixty steps without another word of the owner");

        // A guess that comes too late for its place; for the next place the engine waits.
        await fixture.Engine.VerifyAsync(new VerifyRequest { Sequence = request.Id, Position = 30, Draft = [new DraftNode(31, -1, 1, 1)] }).For("steps that are there already");
        var step = await fixture.Engine.VerifyAsync(new VerifyRequest { Sequence = request.Id, Position = 60, Draft = [new DraftNode(11, -1, 1, 1)] }).For("a step with a draft");
        Assert.Equal([11, 12], Assert.Single(step.Steps).Tokens);
    }
}
