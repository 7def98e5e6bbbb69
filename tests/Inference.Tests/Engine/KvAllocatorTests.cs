using NGrammys.Inference.Engine;

namespace NGrammys.Inference.Tests.Engine;

public sealed class KvAllocatorTests
{
    [Fact]
    public void Extents_never_overlap_and_everything_comes_back()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            var allocator = new KvAllocator(1000);
            var held = new List<KvExtent>();
            for (var i = 0; i < 400; i++)
            {
                if (random.Next(2) == 0 && allocator.TryTake(random.Next(1, 200), out var extent)) held.Add(extent);
                else if (held.Count > 0)
                {
                    var at = random.Next(held.Count);
                    allocator.Return(held[at]);
                    held.RemoveAt(at);
                }

                var rows = held.SelectMany(h => Enumerable.Range(h.First, h.Length)).ToList();
                Assert.Equal(rows.Count, rows.Distinct().Count());
                Assert.All(rows, row => Assert.InRange(row, 0, 999));
                Assert.Equal(rows.Count, allocator.Used);
            }

            held.ForEach(allocator.Return);
            Assert.True(allocator.TryTake(1000, out _), $"seed {seed}: the free rows are in pieces");
        }
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        var allocator = new KvAllocator(10);
        Assert.False(allocator.TryTake(11, out _));
        Assert.True(allocator.TryTake(10, out _));
        Assert.False(allocator.TryTake(1, out _));
    }
}
