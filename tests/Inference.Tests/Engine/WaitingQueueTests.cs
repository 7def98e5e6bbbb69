using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Engine;

namespace NGrammys.Inference.Tests.Engine;

public sealed class WaitingQueueTests
{
    private readonly WaitingQueue _queue = new();
    private long _arrivals;

    [Fact]
    public void The_tenant_with_the_fewest_running_comes_first_and_then_who_waits_longest()
    {
        Sequence[] running = [Arrive("a"), Arrive("a"), Arrive("b")];
        var (a, b, c) = (Wait("a"), Wait("b"), Wait("c"));
        Wait("c");
        Assert.Equal(c, Taken(running));
        Assert.Equal(b, Taken([.. running, c]));
        Assert.Equal(a, Taken([.. running, c, b, Arrive("c"), Arrive("c")]));
    }

    [Fact]
    public void Who_waits_is_named_in_the_order_of_arrival()
    {
        Assert.Empty(_queue.Names);
        var (a, b, c) = (Wait("a"), Wait("b"), Wait("c"));
        Assert.Equal([a.Request.Id, b.Request.Id, c.Request.Id], _queue.Names);
        Assert.Equal(b, Taken([Arrive("a"), Arrive("c")]));
        Assert.Equal([a.Request.Id, c.Request.Id], _queue.Names);
    }

    [Fact]
    public void Background_work_comes_last_and_who_gave_up_his_rows_first()
    {
        var background = Wait("a", background: true);
        var interactive = Wait("a");
        var preempted = Wait("b");
        preempted.Preemptions = 1;
        Sequence[] running = [Arrive("b"), Arrive("b")];
        Assert.Equal(preempted, Taken(running));
        Assert.Equal(interactive, Taken(running));
        Assert.Equal(background, Taken(running));
        Assert.Null(_queue.Next(running));
    }

    [Fact]
    public void Nobody_is_overtaken_more_often_than_patience_allows()
    {
        Sequence[] running = [Arrive("a")];
        var patient = Wait("a", background: true);
        for (var i = 0; i < WaitingQueue.Patience; i++)
        {
            Wait($"{i}");
            Assert.NotEqual(patient, Taken(running));
        }

        Wait("somebody");
        Assert.Equal(patient, Taken(running));
    }

    private Sequence Taken(IReadOnlyList<Sequence> running)
    {
        var next = _queue.Next(running)!;
        _queue.Take(next);
        return next;
    }

    private Sequence Wait(string tenant, bool background = false)
    {
        var sequence = Arrive(tenant, background);
        _queue.Add(sequence);
        return sequence;
    }

    private Sequence Arrive(string tenant, bool background = false) => new(
        new SequenceRequest { Id = Guid.NewGuid(), Tenant = tenant, Ids = [1], MaxTokens = 10, Background = background }, 1000)
    { Arrival = _arrivals++ };
}
