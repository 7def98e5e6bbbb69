namespace NGrammys.Drafting.Tests;

public sealed class PredictionSourceTests
{
    [Fact]
    public void A_turn_begins_as_expected_and_is_found_again_behind_a_change()
    {
        var source = new PredictionSource();
        source.Expect(start: 2, [5, 6, 7, 8, 9]);

        Assert.Equal([5], Guesses(source, 6, 7));
        Assert.Equal([6], Guesses(source, 6, 7, 5));
        Assert.Equal([9], Guesses(source, 6, 7, 5, 100, 8));
        Assert.Empty(Guesses(source, 6, 7, 100));
        Assert.Empty(Guesses(source, 6, 7, 5, 6, 7, 8, 9));
    }

    [Fact]
    public void Long_replies_are_matched_by_their_last_tokens()
    {
        int[] expected = [.. Enumerable.Range(0, 100)];
        var source = new PredictionSource();
        source.Expect(start: 0, expected);
        for (var length = 0; length < 100; length++) Assert.Equal([length], Guesses(source, expected[..length]));
    }

    [Fact]
    public void Nothing_is_expected_of_the_next_turn()
    {
        var source = new PredictionSource();
        Assert.Empty(Guesses(source, 1));
        source.Expect(0, [1, 2]);
        source.Expect(0, []);
        Assert.Empty(Guesses(source, 1));
    }

    private static int[] Guesses(PredictionSource source, params int[] text)
    {
        var guesses = new Guess[IDraftSource.MaxGuesses];
        return [.. guesses.Take(source.Guess(text, 0, guesses)).Select(guess => guess.Token)];
    }
}
