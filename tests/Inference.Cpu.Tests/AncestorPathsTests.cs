using NGrammys.Inference.Execution;

namespace NGrammys.Inference.Cpu.Tests;

public sealed class AncestorPathsTests
{
    [Fact]
    public void Fill_lists_the_rows_of_every_nodes_ancestors_in_order()
    {
        var random = new Random(2);
        var paths = new AncestorPaths();
        for (var trial = 0; trial < 100; trial++)
        {
            var batch = new ForwardBatch();
            var rows = new List<int>();
            for (var sequence = 0; sequence < 3; sequence++)
            {
                var (firstRow, prefix, start) = (random.Next(100), random.Next(50), batch.Count);
                batch.BeginSlice(firstRow, prefix);
                for (var i = 0; i < random.Next(1, 20); i++)
                {
                    // Mostly chains, as drafts are.
                    var parent = random.Next(3) > 0 ? i - 1 : random.Next(-1, i);
                    batch.Add(0, parent < 0 ? -1 : start + parent, output: false);
                    rows.Add(firstRow + prefix + i);
                }
            }

            paths.Fill(batch);
            for (var node = 0; node < batch.Count; node++)
            {
                var expected = new Stack<int>();
                for (var n = node; n >= 0; n = batch.Parents[n]) expected.Push(rows[n]);
                Assert.Equal(expected, paths[node].ToArray());
            }
        }
    }
}
