using NGrammys.Drafting;
using NGrammys.Inference.Bigrams;
using NGrammys.TestSupport;

namespace NGrammys.Inference.Tests.Bigrams;

public sealed class GreedyRollOutTests
{
    [Fact]
    public void Rows_are_what_the_model_says_token_after_token_behind_the_prefix()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var (vocabulary, rows, width) = (random.Next(3, 60), random.Next(1, 7), random.Next(1, 9));
            int[] prefix = [.. Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(vocabulary))];
            // Every token of the context counts, so that a row that reads another's keys and values is found out.
            int Says(IReadOnlyList<int> context) => (int)(context.Aggregate(17u + (uint)seed, (hash, token) => (hash ^ (uint)token) * 0x9E3779B1u ^ hash >> 15) % (uint)vocabulary);
            var bigram = Table(random, vocabulary);
            using var executor = new ScriptedExecutor(vocabulary, GreedyRollOut.KvRows(prefix.Length, rows, width), Says);
            var rollOut = new GreedyRollOut(executor, bigram, prefix, rows, width);

            for (var asked = 0; asked < 20; asked++)
            {
                var (token, wanted) = (random.Next(vocabulary), random.Next(1, width + 1));
                var found = new int[random.Next(1, rows + 2) * wanted];
                var count = rollOut.Copy(token, wanted, found);

                Assert.True(count == Math.Min(Math.Min(found.Length / wanted, rows), bigram.Width), $"seed {seed}: {count} rows");
                for (var row = 0; row < count; row++)
                {
                    List<int> context = [.. prefix, token, bigram.Next(token)[row]];
                    while (context.Count < prefix.Length + 1 + wanted) context.Add(Says(context));
                    Assert.True(context.Skip(prefix.Length + 1).SequenceEqual(found.Skip(row * wanted).Take(wanted)), $"seed {seed}, token {token}, row {row}");
                }
            }
        }
    }

    [Fact]
    public void Token_is_computed_once()
    {
        var passes = 0;
        using var executor = new ScriptedExecutor(9, GreedyRollOut.KvRows(1, 2, 4), context => context.Count % 9) { OnForward = _ => passes++ };
        var rollOut = new GreedyRollOut(executor, Table(new Random(1), 9), [3], rows: 2, width: 4);
        Span<int> rows = stackalloc int[8];
        rollOut.Copy(5, 4, rows);
        rollOut.Copy(5, 2, rows);

        // The prefix, and three tokens behind the first.
        Assert.Equal(4, passes);
    }

    [Fact]
    public void Paper_mode_fills_its_rows_from_either_roll_out()
    {
        using var executor = new ScriptedExecutor(9, GreedyRollOut.KvRows(0, 2, 3), _ => 8);
        var bigram = new ModelBigram(2, [.. Enumerable.Range(0, 9).SelectMany(token => (int[])[(token + 1) % 9, (token + 2) % 9])], new byte[18]);
        var (byTable, greedy) = (new PaperDrafter(2, 3, bigram), new PaperDrafter(2, 3, new GreedyRollOut(executor, bigram, [], 2, 3)));
        byTable.Append(4);
        greedy.Append(4);
        byTable.Draft(out var repeated);
        greedy.Draft(out var decoded);

        Assert.Equal([5, 6, 7, 6, 7, 8], repeated.Tokens);
        Assert.Equal([5, 8, 8, 6, 8, 8], decoded.Tokens);
    }

    [Fact]
    public void What_it_was_not_made_for_is_refused_and_foreign_tokens_have_no_rows()
    {
        using var executor = new ScriptedExecutor(9, GreedyRollOut.KvRows(2, 3, 4), _ => 1);
        var bigram = Table(new Random(2), 9);
        var rollOut = new GreedyRollOut(executor, bigram, [1, 2], rows: 3, width: 4);

        Assert.Throws<ArgumentOutOfRangeException>(() => rollOut.Copy(0, 5, new int[5]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GreedyRollOut(executor, bigram, [1, 2, 3], rows: 3, width: 4));
        Assert.Equal(0, rollOut.Copy(9, 4, new int[4]));
        Assert.Equal(0, rollOut.Copy(-1, 4, new int[4]));
    }

    private static ModelBigram Table(Random random, int vocabulary)
    {
        var width = random.Next(1, Math.Min(6, vocabulary) + 1);
        int[] tokens = [.. Enumerable.Range(0, vocabulary).SelectMany(_ => random.GetItems(Enumerable.Range(0, vocabulary).ToArray(), width))];
        return new ModelBigram(width, tokens, new byte[tokens.Length]);
    }
}
