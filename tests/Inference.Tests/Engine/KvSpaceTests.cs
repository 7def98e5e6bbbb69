using NGrammys.Inference.Engine;
using NGrammys.Inference.Execution;
using NGrammys.TestSupport;

namespace NGrammys.Inference.Tests.Engine;

public sealed class KvSpaceTests
{
    private const int Rows = 500;

    [Fact]
    public void Rows_never_overlap_keep_what_lies_in_them_and_all_come_back()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            var executor = new ScriptedExecutor(1000, Rows, _ => 0);
            var space = new KvSpace(executor);
            var holders = new List<Text>();
            for (var i = 0; i < 200; i++)
            {
                if (holders.Count > 0 && random.Next(2) == 0)
                {
                    var holder = holders[random.Next(holders.Count)];
                    var length = random.Next(1, holder.Extent!.Value.Length + space.Free + 1);
                    if (length >= holder.Extent.Value.Length) Assert.True(space.TryGrow(holder, length, int.MaxValue));
                    else space.Shrink(holder, length);
                    Write(executor, holder, Math.Min(length, random.Next(300)), random);
                }
                else if (holders.Count > 0 && random.Next(3) == 0)
                {
                    var at = random.Next(holders.Count);
                    space.Return(holders[at]);
                    holders.RemoveAt(at);
                }
                else if (random.Next(1, 200) is var length && length <= space.Free)
                {
                    holders.Add(new Text());
                    Assert.True(space.TryTake(holders[^1], length, int.MaxValue));
                    Write(executor, holders[^1], random.Next(length + 1), random);
                }

                Check(space, executor, holders, seed);
            }

            holders.ForEach(space.Return);
            Assert.Equal(Rows, space.Free);
            Assert.True(space.TryTake(new Text(), Rows), $"seed {seed}: the free rows are in pieces");
        }
    }

    [Fact]
    public void What_does_not_fit_into_a_hole_is_refused_unless_others_may_be_moved()
    {
        var space = new KvSpace(new ScriptedExecutor(10, 10, _ => 0));
        Text[] texts = [new(), new(), new(), new()];
        Assert.True(space.TryTake(texts[0], 3) && space.TryTake(texts[1], 4) && space.TryTake(texts[2], 2));
        texts[1].Cached = 4;
        texts[2].Cached = 1;
        space.Return(texts[0]);
        Assert.False(space.TryTake(texts[3], 4));
        Assert.False(space.TryTake(texts[3], 4, most: 4));
        Assert.True(space.TryTake(texts[3], 4, most: 5));
        Assert.Equal((0, 4), (space.Free, texts[3].Extent!.Value.Length));
        Assert.False(space.TryTake(new Text(), 1, int.MaxValue));
    }

    [Fact]
    public void Rows_grow_in_place_where_nobody_is_in_the_way()
    {
        var executor = new ScriptedExecutor(10, 100, _ => 0);
        var space = new KvSpace(executor);
        var (first, second) = (new Text { Cached = 10 }, new Text { Cached = 10 });
        Assert.True(space.TryTake(first, 10) && space.TryTake(second, 10));
        Assert.False(space.TryExtend(first, 11));
        Assert.True(space.TryExtend(second, 90));
        Assert.Equal(0, executor.Copied);
    }

    [Fact]
    public void A_hole_is_made_where_the_fewest_rows_lie_between_holes()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var executor = new ScriptedExecutor(10, Rows, _ => 0);
            var (space, holders) = Fragmented(executor, random);
            var length = random.Next(1, space.Free + 1);
            // Every stretch between two holders, or the ends: what lies in it, if its holes are enough.
            int[] ends = [0, .. holders.Select(holder => holder.Extent!.Value.End)], starts = [.. holders.Select(holder => holder.Extent!.Value.First), Rows];
            var fewest = (from first in Enumerable.Range(0, ends.Length)
                          from last in Enumerable.Range(first, ends.Length - first)
                          let between = holders[first..last]
                          where starts[last] - ends[first] - between.Sum(holder => holder.Extent!.Value.Length) >= length
                          select between.Sum(holder => holder.Cached)).Min();
            Assert.False(fewest > 0 && space.TryTake(new Text(), length, fewest - 1), $"seed {seed}");
            Assert.True(space.TryTake(new Text(), length, fewest), $"seed {seed}");
            Assert.InRange(executor.Copied, 0, fewest);
        }
    }

    [Fact]
    public void Who_goes_are_neighbours_with_room_enough_whose_last_used_was_used_longest_ago()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var (space, holders) = Fragmented(new ScriptedExecutor(10, Rows, _ => 0), random);
            foreach (var (holder, use) in holders.Zip(random.GetItems(Enumerable.Range(0, 1000).ToArray(), holders.Count))) holder.LastUse = random.Next(5) == 0 ? null : use;
            var (length, growing, except) = (random.Next(1, Rows / 3), holders[random.Next(holders.Count)], holders[random.Next(holders.Count)]);
            growing.LastUse = null;
            if (space.TryGrow(growing, Math.Max(length, growing.Extent!.Value.Length), 0)) continue;
            int[] ends = [0, .. holders.Select(holder => holder.Extent!.Value.End)], starts = [.. holders.Select(holder => holder.Extent!.Value.First), Rows];
            var best = (from first in Enumerable.Range(0, holders.Count)
                        from last in Enumerable.Range(first + 1, holders.Count - first)
                        let going = holders[first..last].Where(holder => holder != growing).ToList()
                        where going.Count > 0 && going.All(holder => holder.LastUse is not null && holder != except) && starts[last] - ends[first] >= length
                        select (long?)going.Max(holder => holder.LastUse)).Min();
            var oldest = space.Oldest(length, except, growing);
            Assert.Equal(best, oldest.Max(holder => holder.LastUse));
            if (best is null) continue;
            foreach (var holder in oldest) space.Return(holder);
            Assert.True(space.TryTake(new Text(), length) || space.TryGrow(growing, length, growing.Cached), $"seed {seed}: no room");
        }
    }

    private static (KvSpace Space, List<Text> Holders) Fragmented(ScriptedExecutor executor, Random random)
    {
        var (space, holders) = (new KvSpace(executor), new List<Text>());
        while (random.Next(1, 40) is var length && length <= space.Free)
        {
            holders.Add(new Text { Cached = random.Next(1, length + 1) });
            Assert.True(space.TryTake(holders[^1], length));
        }

        foreach (var holder in holders.Where(_ => random.Next(3) == 0).ToList())
        {
            space.Return(holder);
            holders.Remove(holder);
        }

        return (space, holders);
    }

    private static void Write(ScriptedExecutor executor, Text text, int count, Random random)
    {
        text.Content = [.. Enumerable.Range(0, count).Select(_ => random.Next(1000))];
        text.Cached = count;
        if (count == 0) return;
        var batch = new ForwardBatch();
        batch.BeginSlice(text.Extent!.Value.First, 0);
        for (var i = 0; i < count; i++) batch.Add(text.Content[i], i - 1, output: false);
        executor.Forward(batch, []);
    }

    private static void Check(KvSpace space, ScriptedExecutor executor, List<Text> holders, int seed)
    {
        var end = 0;
        foreach (var holder in holders.OrderBy(holder => holder.Extent!.Value.First))
        {
            Assert.True(holder.Extent!.Value.First >= end, $"seed {seed}: rows overlap");
            end = holder.Extent.Value.End;
            var rows = new int[holder.Cached];
            executor.ReadRows(holder.Extent.Value.First, rows.Length, System.Runtime.InteropServices.MemoryMarshal.AsBytes(rows.AsSpan()));
            Assert.True(holder.Content.AsSpan().SequenceEqual(rows), $"seed {seed}: rows have lost what lay in them");
        }

        Assert.True(end <= Rows, $"seed {seed}");
        Assert.Equal(Rows - holders.Sum(holder => holder.Extent!.Value.Length), space.Free);
    }

    private sealed class Text : IKvHolder
    {
        public KvExtent? Extent { get; set; }

        public int Cached { get; set; }

        public long? LastUse { get; set; }

        public int[] Content { get; set; } = [];

        public ReadOnlySpan<int> Tokens => Content;

        public TokenBlocks Blocks { get; } = new(default);
    }
}
