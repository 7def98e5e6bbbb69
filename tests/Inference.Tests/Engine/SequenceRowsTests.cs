using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Engine;
using NGrammys.TestSupport;

namespace NGrammys.Inference.Tests.Engine;

public sealed class SequenceRowsTests
{
    private const int Slack = Inference.Engine.Sequence.MaxDraftNodes;

    [Fact]
    public void A_longer_text_goes_on_in_the_rows_of_the_shorter()
    {
        var executor = new ScriptedExecutor(10, 2000, _ => 0);
        var rows = new SequenceRows(executor, "model");
        var first = Admitted(rows, Sequence("a", 101), cached: 100);
        var extent = first.Extent!.Value;
        rows.Release(first);
        Assert.Equal((0, 100), (rows.Used, rows.Kept.RowsInside));
        var second = Admitted(rows, Sequence("a", 150), cached: null);
        Assert.Equal((extent.First, 100, 100), (second.Extent!.Value.First, second.Cached, second.Reused));
        Assert.Equal((0, 0), (rows.Kept.RowsInside, executor.Copied));
    }

    [Fact]
    public void Who_shares_a_part_gets_a_copy_of_it_from_what_is_kept_or_from_who_runs()
    {
        var executor = new ScriptedExecutor(10, 4000, _ => 0);
        var rows = new SequenceRows(executor, "model");
        rows.Release(Admitted(rows, Sequence("a", 301), cached: 300));
        var fork = Admitted(rows, Sequence("a", 200), cached: null);
        Assert.Equal((199, 199, 300), (fork.Cached, executor.Copied, rows.Kept.RowsInside));
        var other = Admitted(rows, Sequence("b", 200), cached: null);
        Assert.Equal(0, other.Cached);
        var sibling = Admitted(rows, Sequence("b", 200), cached: null);
        // It waits in vain for nothing: as soon as the other has got on, it has, too.
        other.Cached = 160;
        rows.Reuse(other);
        rows.Reuse(sibling);
        Assert.Equal((160, 160), (sibling.Cached, sibling.Reused));
    }

    [Fact]
    public void Kept_rows_and_reserved_ones_go_before_anybody_has_to_wait()
    {
        var rows = new SequenceRows(new ScriptedExecutor(10, 1000, _ => 0), "model");
        rows.Release(Admitted(rows, Sequence("a", 401), cached: 400));
        var first = Admitted(rows, Sequence("b", 100, longest: 800), cached: 99);
        Assert.Equal(100 + Slack + rows.Growth, first.Extent!.Value.Length);
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(i < 3 ? 400 : 0, rows.Kept.RowsInside);
            Admitted(rows, Sequence($"{i}", 100, longest: 800), cached: 99);
        }

        Assert.False(rows.TryAdmit(Sequence("d", 100, longest: 800)));
    }

    [Fact]
    public void What_is_not_used_longest_leaves_first_and_lies_outside_where_the_device_has_memory_of_its_own()
    {
        var executor = new ScriptedExecutor(10, 700, _ => 0) { HasOwnMemory = true };
        var rows = new SequenceRows(executor, "model");
        foreach (var tenant in (string[])["a", "b"]) rows.Release(Admitted(rows, Sequence(tenant, 201, longest: 10), cached: 200));
        Admitted(rows, Sequence("c", 250, longest: 10), cached: null);
        Assert.Equal((200, 200), (rows.Kept.RowsInside, rows.Kept.RowsOutside));
        var again = Sequence("a", 220, longest: 10);
        // Its rows are found outside.
        rows.Release(Admitted(rows, Sequence("b", 201, longest: 10), cached: null));
        Assert.True(rows.TryAdmit(again));
        Assert.Equal((200, 200), (again.Cached, executor.Restored));
    }

    [Fact]
    public void Who_comes_into_a_full_cache_does_not_wait_until_all_of_it_is_moved()
    {
        var random = new Random(1);
        var executor = new ScriptedExecutor(10, 50_000, _ => 0);
        var rows = new SequenceRows(executor, "model");
        for (var i = 0; i < 1000; i++)
        {
            // Each is a tenant of its own: nothing is copied because it is known.
            var (sequence, copied) = (Sequence($"{i}", random.Next(50, 400), longest: 200), executor.Copied);
            Admitted(rows, sequence, sequence.Ids.Count - 1);
            Assert.InRange(executor.Copied - copied, 0, 8 * sequence.RowsNeeded);
            rows.Release(sequence);
        }

        Assert.InRange(rows.Kept.RowsInside, 45_000, 50_000);
    }

    [Fact]
    public void Sequences_of_other_angles_share_nothing()
    {
        var rows = new SequenceRows(new ScriptedExecutor(10, 4000, _ => 0) { LongBeyond = 500 }, "model");
        rows.Release(Admitted(rows, Sequence("a", 201, longest: 100), cached: 200));
        Assert.Equal(0, Admitted(rows, Sequence("a", 250, longest: 900), cached: null).Cached);
        Assert.Equal(200, Admitted(rows, Sequence("a", 250, longest: 100), cached: null).Cached);
    }

    [Fact]
    public void A_sequence_grows_at_the_expense_of_what_nobody_needs_and_of_no_promise()
    {
        var rows = new SequenceRows(new ScriptedExecutor(10, 1000, _ => 0), "model");
        var first = Admitted(rows, Sequence("a", 100, longest: 800), cached: 99);
        var second = Admitted(rows, Sequence("b", 100, longest: 800), cached: 99);
        var said = 0;
        while (rows.TryGrow(first) && said < 900)
        {
            Assert.True(first.Extent!.Value.Length >= first.Ids.Count + Slack);
            first.Ids.Add(1);
            said++;
        }

        Assert.InRange(said, 300, 800);
        Assert.True(second.Extent!.Value.Length >= second.Ids.Count + Slack);
        rows.Release(second);
        Assert.True(rows.TryGrow(first));
    }

    internal static Sequence Sequence(string tenant, int tokens, int longest = 100)
    {
        var sequence = new Sequence(new SequenceRequest { Id = Guid.NewGuid(), Tenant = tenant, Ids = new int[tokens], MaxTokens = longest }, 100_000);
        sequence.Blocks = new TokenBlocks(new PrefixScope("model", tenant, 0));
        return sequence;
    }

    private static Sequence Admitted(SequenceRows rows, Sequence sequence, int? cached)
    {
        rows.Introduce(sequence);
        Assert.True(rows.TryAdmit(sequence));
        sequence.Cached = cached ?? sequence.Cached;
        return sequence;
    }
}
