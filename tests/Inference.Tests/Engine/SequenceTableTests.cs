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
        for (var i = 0; i < longest; i++) Start(table, tenant: "a");
        Assert.Equal(EngineError.Overloaded, Assert.Throws<EngineException>(() => Start(table, tenant: "a")).Error);
        Assert.Equal(longest, table.Waiting);
        if (longest < 1024) Start(table, tenant: "another");
        else Assert.Throws<EngineException>(() => Start(table, tenant: "another"));
        table.Admit();
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
