using System.Collections.Concurrent;
using System.Diagnostics;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Tests.Hosting;
using NGrammys.TestSupport;

namespace NGrammys.Grains.Tests.Observability;

/// <summary>What who listens hears of turns, by the real engine.</summary>
public sealed class TurnTraceTests : IDisposable
{
    private readonly GrainCluster _cluster;
    private readonly ConcurrentQueue<Activity> _spans = new();
    private readonly ActivityListener _listener;

    public TurnTraceTests(GrainCluster cluster)
    {
        _cluster = cluster;
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "NGrammys",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Two_turns_in_one_batch_are_a_trace_each_and_share_steps_that_link_to_both()
    {
        using var gate = new Gate();
        _cluster.Engine.Use(ScriptedChat.Answering(ScriptedChat.Song), gate);
        var chats = new[] { await Chat.CreateAsync(_cluster), await Chat.CreateAsync(_cluster) };
        foreach (var chat in chats) await chat.SendAsync("zucchini", new TurnSettings { Seed = 1 });
        await gate.StartsAsync(2);
        gate.Open();

        var turns = await EndedAsync(2);
        var steps = _spans.Where(span => span.OperationName == "engine step").ToList();

        Assert.Equal(2, turns.Select(turn => turn.TraceId).Distinct().Count());
        Assert.All(turns, turn => Assert.Equal("chat scripted", turn.OperationName));
        var both = turns.Select(turn => turn.SpanId).ToHashSet();
        Assert.Contains(steps, step => step.Links.Select(link => link.Context.SpanId).ToHashSet().SetEquals(both));
        Assert.All(steps, step => Assert.DoesNotContain(step.TraceId, turns.Select(turn => turn.TraceId)));
        foreach (var turn in turns)
        {
            var linked = turn.Links.Select(link => link.Context.SpanId).ToList();
            Assert.InRange(linked.Count, 1, 128);
            Assert.Subset(steps.Where(step => step.Links.Any(link => link.Context.SpanId == turn.SpanId)).Select(step => step.SpanId).ToHashSet(), linked.ToHashSet());
            Assert.Equal(["stop"], Assert.IsType<string[]>(turn.GetTagItem("gen_ai.response.finish_reasons")));
        }

        Assert.All(_spans.SelectMany(span => span.TagObjects), tag => Assert.DoesNotContain("zucchini", $"{tag.Key} {tag.Value}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_turn_that_goes_on_elsewhere_ends_its_trace_here()
    {
        using var gate = new Gate();
        _cluster.Engine.Use(ScriptedChat.Answering(ScriptedChat.Song), gate);
        var chat = await Chat.CreateAsync(_cluster);
        var reader = chat.Read((await chat.SendAsync("sing")).Turn);
        await gate.StepAsync(5);
        await reader.ReadAsync(r => r.Tokens.Count >= 5);

        await chat.DeactivateAsync();
        gate.Open();
        await reader.ReadToEndAsync();

        var turns = await EndedAsync(2);
        Assert.Equal([true, null], turns.Select(turn => turn.GetTagItem("ngrammys.handed_over")));
        Assert.Equal([null, "stop"], turns.Select(turn => (turn.GetTagItem("gen_ai.response.finish_reasons") as string[])?[0]));
    }

    // A reader may be told the end of a turn before its trace has ended.
    private async Task<List<Activity>> EndedAsync(int turns)
    {
        await Ended().For($"{turns} traces to end");
        return [.. _spans.Where(IsTurn)];

        async Task Ended()
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
            while (_spans.Count(IsTurn) < turns) await timer.WaitForNextTickAsync();
        }
    }

    private static bool IsTurn(Activity span) => span.OperationName.StartsWith("chat ", StringComparison.Ordinal);
}
