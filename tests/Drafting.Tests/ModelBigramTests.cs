namespace NGrammys.Drafting.Tests;

public sealed class ModelBigramTests
{
    private const int Vocabulary = 6, Width = 2;

    // Behind token t come t + 1 and t + 2.
    private static readonly ModelBigram Counting = new(Width,
        [.. Enumerable.Range(0, Vocabulary).SelectMany(token => (int[])[(token + 1) % Vocabulary, (token + 2) % Vocabulary])],
        [.. Enumerable.Range(0, Vocabulary).SelectMany(_ => (byte[])[200, 55])]);

    [Fact]
    public void Table_that_was_saved_reads_back()
    {
        var read = ModelBigram.Load(new MemoryStream(Saved()), Vocabulary);

        Assert.Equal((Vocabulary, Width), (read.Vocabulary, read.Width));
        for (var token = 0; token < Vocabulary; token++)
        {
            Assert.Equal(Counting.Next(token).ToArray(), read.Next(token).ToArray());
            Assert.Equal(Counting.Shares(token).ToArray(), read.Shares(token).ToArray());
        }
    }

    [Fact]
    public void Rows_of_paper_mode_are_the_next_tokens_each_rolled_out()
    {
        Span<int> rows = stackalloc int[7];
        Assert.Equal(2, Counting.Copy(3, 3, rows));
        Assert.Equal([4, 5, 0, 5, 0, 1], rows[..6].ToArray());
        Assert.Equal(1, Counting.Copy(3, 4, rows));
        Assert.Equal(0, Counting.Copy(Vocabulary, 3, rows));
    }

    [Fact]
    public void Damaged_file_is_refused_wherever_it_is_damaged()
    {
        var saved = Saved();

        for (var length = 0; length < saved.Length; length++) AssertRefused(saved[..length]);
        AssertRefused([.. saved, 0]);
        foreach (var place in (int[])[0, 4, 8, 12, 16]) AssertRefused([.. saved[..place], 99, .. saved[(place + 1)..]]);
    }

    [Fact]
    public void Table_of_another_vocabulary_is_refused()
    {
        var error = Assert.Throws<InvalidDataException>(() => ModelBigram.Load(new MemoryStream(Saved()), Vocabulary + 1));

        Assert.Contains("is for 6 tokens, the model has 7", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Roll_out_repeats_the_table()
    {
        var path = new int[4];
        Counting.RollOut(3, path);

        Assert.Equal([4, 5, 0, 1], path);
    }

    [Fact]
    public void Drafter_with_the_table_drafts_what_no_text_has_shown()
    {
        var drafter = new ConversationDrafter([new BigramSource(Counting)]);
        drafter.Append(3);
        var tree = drafter.Draft(new DraftBudget(2));

        Assert.Equal(4, tree.Tokens[0]);
        Assert.Equal(DraftSource.Bigram, tree.Sources[0]);
    }

    [Fact]
    public void Token_outside_the_table_s_vocabulary_has_no_guesses()
    {
        var drafter = new ConversationDrafter([new BigramSource(Counting)]);
        drafter.Append(Vocabulary);

        Assert.Equal(0, drafter.Draft(new DraftBudget(8)).Count);
    }

    private static byte[] Saved()
    {
        var stream = new MemoryStream();
        Counting.Save(stream);
        return stream.ToArray();
    }

    private static void AssertRefused(byte[] file) => Assert.Throws<InvalidDataException>(() => ModelBigram.Load(new MemoryStream(file), Vocabulary));
}
