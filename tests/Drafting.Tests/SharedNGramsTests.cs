namespace NGrammys.Drafting.Tests;

public sealed class SharedNGramsTests
{
    [Fact]
    public void What_followed_the_longest_context_comes_first()
    {
        var grams = new SharedNGrams();
        Add(grams, Guid.NewGuid(), [], [1, 2, 3, 4, 9]);
        for (var time = 0; time < 3; time++) Add(grams, Guid.NewGuid(), [], [7, 4, 8]);

        Assert.Equal([9, 8], Guesses(grams, 1, 2, 3, 4));
        Assert.Equal([8, 9], Guesses(grams, 5, 4));
        Assert.Empty(Guesses(grams, 5));
    }

    [Fact]
    public void The_text_before_a_reply_is_context_only()
    {
        var grams = new SharedNGrams();
        Add(grams, Guid.NewGuid(), [1, 2], [3]);

        Assert.Equal([3], Guesses(grams, 1, 2));
        Assert.Empty(Guesses(grams, 1));
    }

    [Fact]
    public void Estimates_are_those_of_counting_by_hand()
    {
        var grams = new SharedNGrams();
        Add(grams, Guid.NewGuid(), [1, 2], [3]);
        Add(grams, Guid.NewGuid(), [5, 2], [4]);
        var found = new SharedContinuations();
        grams.Find([1, 2], found);

        // Behind "2" 3 and 4 have (1 - 0.6) / 2 each; behind "1 2" only 3 came: (1 - 0.6) / 1 + 0.6 * 1 / 1 * 0.2 for 3, and 0.6 * 0.2 for 4.
        Assert.Equal([3, 4], found.Tokens.ToArray());
        Assert.Equal([2, 1], found.Orders.ToArray());
        Assert.Equal([0.52, 0.12], found.Probabilities.ToArray().Select(probability => Math.Round(probability, 5)));
    }

    [Fact]
    public void Forgetting_a_conversation_leaves_what_the_others_would_have_brought()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            var (all, others) = (new SharedNGrams(), new SharedNGrams());
            Guid[] conversations = [Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid()];
            for (var turn = 0; turn < 12; turn++)
            {
                var (conversation, context, reply) = (random.Next(3), Tokens(random, 6), Tokens(random, 60));
                all.Add(conversations[conversation], context, reply);
                if (random.Next(2) == 0) all.Count();
                if (conversation != 1) others.Add(conversations[conversation], context, reply);
            }
            all.Forget(conversations[1]);
            all.Count();
            others.Count();

            AssertSame(others, all, random, $"seed {seed}");
        }
    }

    [Fact]
    public void The_oldest_replies_leave_when_the_capacity_is_reached()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            var (bounded, latest) = (new SharedNGrams(capacity: 100), new SharedNGrams());
            int[][] replies = [.. Enumerable.Range(0, 20).Select(_ => Tokens(random, 30))];
            foreach (var reply in replies)
            {
                Add(bounded, Guid.NewGuid(), [], reply);
                Assert.InRange(bounded.Length, 0, 100);
            }
            var kept = replies.Length;
            for (var length = 0; kept > 0 && length + replies[kept - 1].Length <= 100; kept--) length += replies[kept - 1].Length;
            foreach (var reply in replies[kept..]) Add(latest, Guid.NewGuid(), [], reply);

            AssertSame(latest, bounded, random, $"seed {seed}");
        }
    }

    [Fact]
    public void Readers_and_deletions_may_run_beside_the_counting()
    {
        var grams = new SharedNGrams(capacity: 2000);
        Guid[] conversations = [.. Enumerable.Range(0, 8).Select(_ => Guid.NewGuid())];
        Parallel.For(0, 8, worker =>
        {
            var random = new Random(worker);
            var source = new SharedSource(grams);
            var guesses = new Guess[IDraftSource.MaxGuesses];
            for (var turn = 0; turn < 100; turn++)
            {
                grams.Add(conversations[worker], [], Tokens(random, 40));
                grams.Count();
                source.Guess(Tokens(random, 5), 0, guesses);
                if (random.Next(5) == 0) grams.Forget(conversations[worker]);
            }
        });
        foreach (var conversation in conversations) grams.Forget(conversation);

        Assert.Equal(0, grams.Length);
        for (var token = 0; token < 5; token++) Assert.Empty(Guesses(grams, token));
    }

    private static void AssertSame(SharedNGrams expected, SharedNGrams actual, Random random, string seed)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var query = 0; query < 50; query++)
        {
            var text = Tokens(random, 6);
            var (wanted, got) = (new SharedContinuations(), new SharedContinuations());
            expected.Find(text, wanted);
            actual.Find(text, got);

            Assert.True(
                wanted.Tokens.SequenceEqual(got.Tokens) && wanted.Orders.SequenceEqual(got.Orders) && wanted.Probabilities.SequenceEqual(got.Probabilities),
                $"{seed}: [{string.Join(' ', text)}]");
        }
    }

    private static void Add(SharedNGrams grams, Guid conversation, int[] context, int[] reply)
    {
        grams.Add(conversation, context, reply);
        grams.Count();
    }

    private static int[] Guesses(SharedNGrams grams, params int[] text)
    {
        var guesses = new Guess[IDraftSource.MaxGuesses];
        return [.. guesses.Take(new SharedSource(grams).Guess(text, 0, guesses)).Select(guess => guess.Token)];
    }

    private static int[] Tokens(Random random, int most) => [.. Enumerable.Range(0, 1 + random.Next(most)).Select(_ => random.Next(5))];
}
