namespace NGrammys.Drafting.Tests;

public sealed class RecentSourceTests
{
    [Fact]
    public void Guesses_agree_with_counting_the_window()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            var source = new RecentSource();
            List<int> text = [];
            for (var step = 0; step < 700; step++)
            {
                if (random.Next(200) == 0)
                {
                    var length = random.Next(text.Count + 1);
                    text.RemoveRange(length, text.Count - length);
                    source.Truncate(text.Count);
                }
                text.Add(random.Next(random.Next(1, 40)));
                source.Append(text.ToArray());
            }
            var counts = text.TakeLast(RecentSource.Window).CountBy(token => token).ToDictionary();
            var guesses = new Guess[IDraftSource.MaxGuesses];
            var found = guesses[..source.Guess(text.ToArray(), 0, guesses)];

            Assert.Equal(Math.Min(counts.Count, guesses.Length), found.Length);
            Assert.Equal(counts.Values.OrderDescending().Take(found.Length), found.Select(guess => counts[guess.Token]));
            Assert.All(found, guess => Assert.Equal(Math.Min(counts[guess.Token], 16) - 1, guess.Cell));
        }
    }
}
