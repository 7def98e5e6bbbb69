namespace NGrammys.Drafting.Tests;

public sealed class ExtendedBigramSourceTests
{
    private const int Vocabulary = 7;

    [Fact]
    public void Guesses_go_on_along_the_rows_of_the_last_token()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var table = Table(random);
            var source = new ExtendedBigramSource(table);
            int[] text = [.. Enumerable.Range(0, 5).Select(_ => random.Next(Vocabulary))];
            var guessed = random.Next(ExtendedBigramSource.MaxDepth + 1);
            var rows = new int[table.Width * (ExtendedBigramSource.MaxDepth + 1)];
            table.Copy(text[^1], ExtendedBigramSource.MaxDepth + 1, rows);
            int[][] known = [.. rows.Chunk(ExtendedBigramSource.MaxDepth + 1)];
            // A path of one of the rows, now and then with a token that is none of theirs.
            int[] path = [.. known[random.Next(table.Width)].Take(guessed)];
            if (guessed > 0 && random.Next(3) == 0) path[random.Next(guessed)] = random.Next(Vocabulary);

            var guesses = new Guess[IDraftSource.MaxGuesses];
            var count = source.Guess([.. text, .. path], guessed, guesses);
            IEnumerable<int> expected = guessed == ExtendedBigramSource.MaxDepth ? [] : known.Where(row => row.AsSpan(0, guessed).SequenceEqual(path)).Select(row => row[guessed]);

            Assert.True(expected.SequenceEqual(guesses.Take(count).Select(guess => guess.Token)), $"seed {seed}");
            Assert.All(guesses.Take(count), guess => Assert.InRange(guess.Cell, 0, source.Cells - 1));
        }
    }

    [Fact]
    public void Drafter_follows_a_row()
    {
        var drafter = new ConversationDrafter([new ExtendedBigramSource(new ModelBigram(1, [1, 2, 3, 4, 5, 6, 0], new byte[Vocabulary]))]);
        drafter.Append(6);
        var tree = drafter.Draft(new DraftBudget(2));

        Assert.Equal([0, 1], tree.Tokens);
        Assert.Equal([-1, 0], tree.Parents);
        Assert.All(tree.Sources.ToArray(), source => Assert.Equal(DraftSource.ExtendedBigram, source));
    }

    [Fact]
    public void Nothing_and_foreign_tokens_have_no_guesses()
    {
        var source = new ExtendedBigramSource(Table(new Random(1)));

        Assert.Equal(0, source.Guess([], 0, new Guess[8]));
        Assert.Equal(0, source.Guess([Vocabulary], 0, new Guess[8]));
    }

    // Next tokens of a token are distinct, as a model's are.
    private static ModelBigram Table(Random random)
    {
        var width = random.Next(1, 5);
        int[] tokens = [.. Enumerable.Range(0, Vocabulary).SelectMany(_ =>
        {
            var all = Enumerable.Range(0, Vocabulary).ToArray();
            random.Shuffle(all);
            return all[..width];
        })];
        return new ModelBigram(width, tokens, new byte[tokens.Length]);
    }
}
