using Microsoft.Extensions.Time.Testing;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Engine;
using NGrammys.TestSupport;

namespace NGrammys.Inference.Tests.Engine;

public sealed class SequenceTableTests
{
    private readonly SequenceTable _table = new(new SequenceRows(new ScriptedExecutor(10, 700, _ => 0), "model"), new FakeTimeProvider());

    [Fact]
    public void Who_needs_room_takes_it_from_background_work_then_from_the_youngest_and_never_from_an_older_one()
    {
        var background = Start(background: true);
        var oldest = Start();
        var middle = Start();
        _table.Admit();
        Assert.Equal([background, oldest, middle], _table.Runnable);
        Say(middle, 200);
        Assert.Equal([oldest, middle], _table.Runnable);
        Say(middle, 200);
        // There is nobody younger: it gives way itself.
        Assert.Equal([oldest], _table.Runnable);
        Assert.Equal((2, 2), (_table.Preempted, _table.Waiting));
        Say(oldest, 300);
        Assert.Equal([oldest], _table.Runnable);
    }

    [Fact]
    public void Who_gave_way_comes_back_first_with_what_it_has_said()
    {
        var older = Start();
        var younger = Start();
        _table.Admit();
        Say(younger, 100);
        Say(older, 300);
        Assert.Equal([older], _table.Runnable);
        var stranger = Start();
        _table.Cancel(older.Request.Id);
        _table.Admit();
        _table.Prepare();
        Assert.Equal([younger, stranger], _table.Runnable);
        Assert.Equal(200, younger.Ids.Count);
        // Its rows were still there.
        Assert.True(younger.Decoding);
    }

    [Theory]
    [InlineData(1000, 16)]
    [InlineData(10_000, 60)]
    [InlineData(1_000_000, 1024)]
    public void A_queue_that_would_fill_the_cache_often_refuses_and_forgets_nobody(int rows, int longest)
    {
        var table = new SequenceTable(new SequenceRows(new ScriptedExecutor(10, rows, _ => 0), "model"), TimeProvider.System);
        var next = EngineFixture.Request([.. Enumerable.Repeat(1, 100)], 500) with { Tenant = "a" };
        for (var i = 0; i < longest; i++)
        {
            using var place = table.Reserve(next, contextLength: 1000);
            Assert.NotNull(place);
            Start(table, tenant: "a");
        }

        Assert.Null(table.Reserve(next, contextLength: 1000));
        Assert.Equal(EngineError.Overloaded, Assert.Throws<EngineException>(() => Start(table, tenant: "a")).Error);
        Assert.Equal(longest, table.Waiting);
        if (longest < 1024) Start(table, tenant: "another");
        else Assert.Throws<EngineException>(() => Start(table, tenant: "another"));
        // Who has begun elsewhere, on a node that is gone, goes on here.
        table.Add(new Sequence(next with { Id = Guid.NewGuid(), Position = 3 }, 1000));
        table.Admit();
        Start(table, tenant: "a");
    }

    [Fact]
    public void Those_who_are_on_their_way_count_until_they_have_come_or_turned_back()
    {
        var table = new SequenceTable(new SequenceRows(new ScriptedExecutor(10, 1000, _ => 0), "model"), TimeProvider.System);
        SequenceRequest Newcomer(string tenant = "a") => EngineFixture.Request([1, 2, 3], 500) with { Tenant = tenant };
        List<IDisposable> places = [];
        while (table.Reserve(Newcomer(), contextLength: 1000) is { } place) places.Add(place);
        Assert.Equal(16, places.Count);
        Assert.NotNull(table.Reserve(Newcomer("another"), contextLength: 1000));
        // Who is posted counts like who has a place.
        places[0].Dispose();
        using (table.Announce(Newcomer(), contextLength: 1000)) Assert.Null(table.Reserve(Newcomer(), contextLength: 1000));
        // Twice is once.
        places[1].Dispose();
        places[1].Dispose();
        for (var free = 0; free < 2; free++) Assert.NotNull(table.Reserve(Newcomer(), contextLength: 1000));
        Assert.Null(table.Reserve(Newcomer(), contextLength: 1000));
        // Places refuse nobody who has come.
        Start(table, tenant: "a");
    }

    private Sequence Start(bool background = false) => Start(_table, background);

    private static Sequence Start(SequenceTable table, bool background = false, string? tenant = null)
    {
        var request = EngineFixture.Request([.. Enumerable.Range(0, 100).Select(i => i % 7)], 500) with { Tenant = tenant ?? $"{Guid.NewGuid()}", Background = background };
        var sequence = new Sequence(request, 1000);
        table.Add(sequence);
        return sequence;
    }

    private void Say(Sequence sequence, int tokens)
    {
        for (var i = 0; i < tokens && sequence.Extent is not null; i++)
        {
            sequence.Ids.Add(i % 7);
            sequence.Cached = sequence.Ids.Count - 1;
            _table.Prepare();
        }
    }
}
