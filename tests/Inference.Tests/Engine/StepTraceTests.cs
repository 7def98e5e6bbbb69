using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Engine;
using NGrammys.TestSupport;

namespace NGrammys.Inference.Tests.Engine;

/// <summary>Alone in the process while it runs: who listens hears every engine of it.</summary>
[CollectionDefinition(nameof(StepTraceTests), DisableParallelization = true)]
[Collection(nameof(StepTraceTests))]
public sealed class StepTraceTests
{
    private const int Vocabulary = 60;

    private static readonly ActivitySource Turns = new("test turns");

    [Fact]
    public async Task A_step_that_serves_two_turns_links_to_both_and_both_are_told_of_it()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = Listen(spans.Enqueue);
        using var engine = Engine();
        using var first = Turns.StartActivity("first")!;
        using var second = Turns.StartActivity("second", ActivityKind.Internal, parentContext: default)!;
        Activity.Current = null;

        var (told, untold) = (await RunAsync(engine, first.Id, second.Id, trace: true), await RunAsync(engine, null, null, trace: false));

        var steps = spans.ToList();
        Assert.All(steps, step => Assert.Equal((default, "engine step"), (step.ParentSpanId, step.OperationName)));
        Assert.All(steps, step => Assert.NotEmpty(step.Links));
        Assert.Contains(steps, step => step.Links.Select(link => link.Context.TraceId).ToHashSet().SetEquals([first.TraceId, second.TraceId]));
        Assert.All(steps.SelectMany(step => step.Links), link => Assert.Contains(link.Context.SpanId, (ActivitySpanId[])[first.SpanId, second.SpanId]));
        // What a turn is told of is what names it.
        for (var turn = 0; turn < 2; turn++)
        {
            var id = turn == 0 ? first.SpanId : second.SpanId;
            var naming = steps.Where(step => step.Links.Any(link => link.Context.SpanId == id)).Select(step => step.Id!).ToHashSet();
            var traces = told[turn].Select(step => step.Trace).OfType<string>().ToList();
            Assert.InRange(traces.Count, 10, StepTrace.MaxLinks);
            Assert.Subset(naming, traces.ToHashSet());
        }

        Assert.All(untold.SelectMany(turn => turn), step => Assert.Null(step.Trace));
        var tags = steps.SelectMany(step => step.TagObjects).ToLookup(tag => tag.Key, tag => tag.Value);
        Assert.Equal(
            ["gen_ai.request.model", "ngrammys.device", "ngrammys.step.accepted", "ngrammys.step.drafted", "ngrammys.step.generated", "ngrammys.step.prefilled",
                "ngrammys.step.roots", "ngrammys.step.tokens"],
            tags.Select(tag => tag.Key).Order());
        Assert.Contains(2, tags["ngrammys.step.roots"]);
        Assert.Equal(["test"], tags["gen_ai.request.model"].Distinct());
    }

    [Theory]
    [InlineData(16, 16)]
    [InlineData(32, 24)]
    [InlineData(1000, 64)]
    [InlineData(131_072, 120)]
    public void A_long_reply_asks_for_few_of_its_steps_and_a_short_one_for_all(int steps, int asked) =>
        Assert.Equal(asked, Enumerable.Range(0, steps).Count(StepTrace.Asks));

    [Fact]
    public void A_step_has_no_more_links_than_are_kept()
    {
        using var listener = Listen(_ => { });
        var plan = Plan(StepTrace.MaxLinks + 10, trace: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

        using var span = StepTrace.Begin(plan)!;

        Assert.Equal(StepTrace.MaxLinks, span.Links.Count());
    }

    [Theory]
    [InlineData(false, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    [InlineData(true, null)]
    public void Without_a_listener_or_a_traced_turn_a_step_allocates_nothing_for_its_trace(bool listens, string? trace)
    {
        using var listener = listens ? Listen(_ => { }) : null;
        var plan = Plan(20, trace);
        Assert.Null(Trace(plan));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var step = 0; step < 1000; step++) Trace(plan);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static Activity? Trace(StepPlan plan)
    {
        var span = StepTrace.Begin(plan);
        StepTrace.End(span, plan, "model", "device", 1, 2);
        return span;
    }

    // While the clock stands still the engine waits for both, so that both are in every pass.
    private static async Task<List<StepResult>[]> RunAsync(EngineFixture engine, string? first, string? second, bool trace)
    {
        SequenceRequest Request(int length, string? id) =>
            EngineFixture.Request([.. Enumerable.Range(0, length).Select(i => i * 7 % Vocabulary)], 200) with { Trace = trace ? id : null };
        return await Task.WhenAll(engine.RunAsync(Request(50, first)), engine.RunAsync(Request(80, second)));
    }

    private static EngineFixture Engine() =>
        new(new ScriptedExecutor(Vocabulary, 8000, ScriptedExecutor.Language(Vocabulary, 7)), Vocabulary, time: new FakeTimeProvider());

    private static StepPlan Plan(int sequences, string? trace)
    {
        var plan = new StepPlan(256, _ => []);
        plan.Pack([.. Enumerable.Range(0, sequences).Select(i => new Sequence(
            new SequenceRequest { Id = Guid.NewGuid(), Tenant = "tenant", Ids = [1, 2, 3], MaxTokens = 400, Trace = trace }, 1024)
        {
            Extent = new KvExtent(i * 1024, 1024),
            Cached = 2,
        })], new StepCost());
        return plan;
    }

    private static ActivityListener Listen(Action<Activity> stopped)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "NGrammys" or "test turns",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if (span.Source.Name == "NGrammys") stopped(span);
            },
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
