namespace NGrammys.Drafting.Tests;

public sealed class PaperDrafterTests
{
    [Fact]
    public void Rows_are_distinct_continuations_by_count_then_the_latest()
    {
        var drafter = new PaperDrafter(rows: 2, width: 2);
        drafter.Append(1, 2, 3, 1, 4, 5, 1, 2, 3, 1, 6, 7, 1);

        Assert.Equal(4, drafter.Draft(out var tree));
        Assert.Equal([2, 3, 6, 7], tree.Tokens);
        Assert.Equal([-1, 0, -1, 2], tree.Parents);
    }

    [Fact]
    public void An_occurrence_needs_the_whole_width_behind_it()
    {
        var drafter = new PaperDrafter(rows: 10, width: 3);
        drafter.Append(1, 2, 1);

        Assert.Equal(0, drafter.Draft(out var tree));
        Assert.Equal(0, tree.Count);
        Assert.Equal(0, new PaperDrafter(10, 10).Draft(out _));
    }

    [Fact]
    public void The_bigram_fills_the_rows_that_are_left()
    {
        var drafter = new PaperDrafter(rows: 3, width: 2, new Counting());
        drafter.Append(1, 2, 3, 1);

        // Two of the three rows begin alike only when context and bigram agree; the rectangle counts all of them.
        Assert.Equal(6, drafter.Draft(out var tree));
        Assert.Equal([2, 3, 101, 102, 201, 202], tree.Tokens);
        Assert.Equal([DraftSource.Context, DraftSource.ExtendedBigram], tree.Sources.ToArray().Distinct());
    }

    [Fact]
    public void Truncate_forgets_the_text_behind_it()
    {
        var drafter = new PaperDrafter(rows: 10, width: 1);
        drafter.Append(1, 2, 1, 3, 1);
        drafter.Truncate(2);
        drafter.Append(1);

        Assert.Equal(1, drafter.Draft(out var tree));
        Assert.Equal([2], tree.Tokens);
    }

    /// <summary>Continues token t with 100 + t, 101 + t, then with 200 + t, 201 + t and so on.</summary>
    private sealed class Counting : IBigramRows
    {
        public int Copy(int token, int width, Span<int> rows)
        {
            for (var cell = 0; cell < rows.Length; cell++) rows[cell] = token + (cell / width + 1) * 100 + cell % width;
            return rows.Length / width;
        }
    }
}
