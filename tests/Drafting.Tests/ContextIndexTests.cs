namespace NGrammys.Drafting.Tests;

public sealed class ContextIndexTests
{
    [Fact]
    public void Find_longest_match_comes_first_then_the_latest()
    {
        var index = Indexed(1, 2, 3, 10, 2, 3, 11, 3, 12, 3, 13, 1, 2, 3);

        Assert.Equal([new(10, 3, 1), new(11, 2, 1), new(13, 1, 1), new(12, 1, 1)], Find(index));
    }

    [Fact]
    public void Find_continuation_seen_twice_counts_twice_and_keeps_its_longest_match() =>
        Assert.Equal([new(10, 2, 2)], Find(Indexed(1, 2, 10, 2, 10, 1, 2)));

    [Fact]
    public void Find_in_a_loop_runs_on_into_the_path()
    {
        var index = Indexed(7, 8, 7);
        List<int> path = [];
        for (var step = 0; step < 20; step++) path.Add(Find(index, [.. path])[0].Token);

        Assert.Equal(Enumerable.Range(0, 20).Select(step => step % 2 == 0 ? 8 : 7), path);
    }

    [Fact]
    public void Find_nothing_known_finds_nothing()
    {
        Assert.Empty(Find(new ContextIndex()));
        Assert.Empty(Find(Indexed(1)));
        Assert.Empty(Find(Indexed(1, 2, 3), 4));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(40)]
    public void Find_agrees_with_scanning_all_occurrences(int alphabet)
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            var index = new ContextIndex();
            List<int> tokens = [];
            for (var step = 0; step < 150; step++)
            {
                if (random.Next(8) == 0)
                {
                    var length = random.Next(tokens.Count + 1);
                    index.Truncate(length);
                    tokens.RemoveRange(length, tokens.Count - length);
                }
                else
                {
                    // Copies of earlier runs bring long matches.
                    var start = random.Next(tokens.Count + 1);
                    int[] added = random.Next(3) == 0 ? [.. tokens.Skip(start).Take(random.Next(50))] : [random.Next(alphabet)];
                    foreach (var token in added) index.Append(token);
                    tokens.AddRange(added);
                }
                int[] path = [.. Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(alphabet))];

                Assert.Equal(tokens.Count, index.Length);
                Assert.Equal(Scan([.. tokens]), Find(index));
                Assert.Equal(Scan([.. tokens, .. path], tokens.Count), Find(index, path));
            }
        }
    }

    [Fact]
    public void Find_full_buffer_keeps_what_comes_first()
    {
        var index = Indexed(1, 2, 10, 2, 11, 2, 12, 2, 13, 1, 2);
        var found = new Continuation[2];

        Assert.Equal(2, index.Find([], found));
        Assert.Equal([new(10, 2, 1), new(13, 1, 1)], found);
    }

    [Fact]
    public void Truncate_beyond_the_end_throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Indexed(1, 2).Truncate(3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Indexed(1, 2).Truncate(-1));
    }

    private static ContextIndex Indexed(params int[] tokens)
    {
        var index = new ContextIndex();
        foreach (var token in tokens) index.Append(token);
        return index;
    }

    private static Continuation[] Find(ContextIndex index, params int[] path)
    {
        var found = new Continuation[ContextIndex.MaxOccurrences];
        return found[..index.Find(path, found)];
    }

    /// <summary>Every end at or before <paramref name="last"/> whose suffix matches: those of longer n-grams first, then the latest, as many as a search looks at.</summary>
    private static IEnumerable<Continuation> Scan(int[] tokens, int last = int.MaxValue) =>
        Enumerable.Range(0, Math.Min(last, tokens.Length - 1) + 1)
            .Select(end => (End: end, Length: MatchLength(tokens, end)))
            .Where(occurrence => occurrence.Length > 0 && occurrence.End < tokens.Length)
            .OrderByDescending(occurrence => occurrence.Length switch { >= 4 => 4, 3 => 2, var length => length })
            .ThenByDescending(occurrence => occurrence.End)
            .Take(ContextIndex.MaxOccurrences)
            .GroupBy(occurrence => tokens[occurrence.End], (token, all) => (Token: token, All: all.ToList()))
            .Select(next => (next.Token, next.All, Best: next.All.MaxBy(occurrence => (occurrence.Length, occurrence.End))))
            .OrderByDescending(next => next.Best.Length)
            .ThenByDescending(next => next.Best.End)
            .Select(next => new Continuation(next.Token, next.Best.Length, next.All.Count));

    private static int MatchLength(int[] tokens, int end)
    {
        var length = 0;
        while (length < Math.Min(end, ContextIndex.MaxMatchLength) && tokens[end - 1 - length] == tokens[^(1 + length)]) length++;
        return length;
    }
}
