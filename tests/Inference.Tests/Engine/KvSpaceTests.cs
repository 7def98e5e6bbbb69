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
                    if (length >= holder.Extent.Value.Length) space.Grow(holder, length);
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
                    space.Take(holders[^1], length);
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
        space.Take(texts[0], 3);
        space.Take(texts[1], 4);
        space.Take(texts[2], 2);
        space.Return(texts[0]);
        Assert.False(space.TryTake(texts[3], 4));
        space.Take(texts[3], 4);
        Assert.Equal((0, 4), (space.Free, texts[3].Extent!.Value.Length));
        Assert.Throws<ArgumentOutOfRangeException>(() => space.Take(new Text(), 1));
    }

    [Fact]
    public void Rows_grow_in_place_where_nobody_is_in_the_way()
    {
        var executor = new ScriptedExecutor(10, 100, _ => 0);
        var space = new KvSpace(executor);
        var (first, second) = (new Text { Cached = 10 }, new Text { Cached = 10 });
        space.Take(first, 10);
        space.Take(second, 10);
        Assert.False(space.TryExtend(first, 11));
        Assert.True(space.TryExtend(second, 90));
        Assert.Equal(0, executor.Copied);
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

        public int[] Content { get; set; } = [];

        public ReadOnlySpan<int> Tokens => Content;

        public TokenBlocks Blocks { get; } = new(default);
    }
}
