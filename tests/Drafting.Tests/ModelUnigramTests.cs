namespace NGrammys.Drafting.Tests;

public sealed class ModelUnigramTests
{
    private static readonly ModelUnigram Three = new(6, [4, 0, 5], [0.5f, 0.25f, 0.125f]);

    [Fact]
    public void Table_that_was_saved_reads_back()
    {
        var read = ModelUnigram.Load(new MemoryStream(Saved()), 6);

        Assert.Equal(Three.Tokens.ToArray(), read.Tokens.ToArray());
        Assert.Equal(Three.Probabilities.ToArray(), read.Probabilities.ToArray());
    }

    [Fact]
    public void Damaged_file_is_refused_wherever_it_is_damaged()
    {
        var saved = Saved();

        for (var length = 0; length < saved.Length; length++) AssertRefused(saved[..length]);
        AssertRefused([.. saved, 0]);
        // Mark, format, vocabulary, width, a token, the exponent of a probability.
        foreach (var place in (int[])[0, 4, 8, 12, 16, 31]) AssertRefused([.. saved[..place], 99, .. saved[(place + 1)..]]);
    }

    [Fact]
    public void Table_of_another_vocabulary_is_refused()
    {
        var error = Assert.Throws<InvalidDataException>(() => ModelUnigram.Load(new MemoryStream(Saved()), 7));

        Assert.Contains("is for 6 tokens, the model has 7", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Source_guesses_the_likeliest_tokens_whatever_the_text()
    {
        var drafter = new ConversationDrafter([new UnigramSource(Three)]);
        drafter.Append(3);
        var tree = drafter.Draft(new DraftBudget(3));

        Assert.Equal(4, tree.Tokens[0]);
        Assert.All(tree.Sources.ToArray(), source => Assert.Equal(DraftSource.Unigram, source));
        var guesses = new Guess[IDraftSource.MaxGuesses];
        var source = new UnigramSource(Three);
        Assert.Equal(3, source.Guess([], 0, guesses));
        Assert.Equal([4, 0, 5], guesses[..3].Select(guess => guess.Token));
        Assert.Equal(2, source.Guess([1, 2], 1, guesses.AsSpan(0, 2)));
    }

    private static byte[] Saved()
    {
        var stream = new MemoryStream();
        Three.Save(stream);
        return stream.ToArray();
    }

    private static void AssertRefused(byte[] file) => Assert.Throws<InvalidDataException>(() => ModelUnigram.Load(new MemoryStream(file), 6));
}
