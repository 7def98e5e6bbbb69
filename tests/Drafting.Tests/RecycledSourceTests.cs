namespace NGrammys.Drafting.Tests;

public sealed class RecycledSourceTests
{
    private static readonly byte[] Shares = [150, 60, 45];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Source_guesses_what_was_named_last_behind_the_same_n_gram_and_seldom_forgets_it(int order)
    {
        var (asked, forgotten) = (0, 0);
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var source = new RecycledSource(order);
            var named = new Dictionary<string, int[]>();
            for (var i = 0; i < 400; i++)
            {
                int[] text = [.. Enumerable.Range(0, order + random.Next(3)).Select(_ => random.Next(7))];
                int[] next = [.. Enumerable.Range(0, 9).OrderBy(_ => random.Next()).Take(3)];
                source.Learn(text, next, Shares);
                named[string.Join(' ', text[^order..])] = next;
                int[] gram = [.. Enumerable.Range(0, order).Select(_ => random.Next(7))];
                var (expected, guesses) = (named.GetValueOrDefault(string.Join(' ', gram), []), Guesses(source, gram));
                // A full set of rows may have dropped it, but nothing else may stand in its place.
                Assert.True(guesses.Length == 0 || expected.SequenceEqual(guesses), $"seed {seed}, step {i}");
                asked += expected.Length > 0 ? 1 : 0;
                forgotten += expected.Length > 0 && guesses.Length == 0 ? 1 : 0;
            }
        }

        Assert.InRange(forgotten, 0, asked / 20);
    }

    [Fact]
    public void Source_is_silent_behind_a_text_shorter_than_its_n_gram()
    {
        var source = new RecycledSource(2);
        source.Learn([5], [6, 7, 8], Shares);

        Assert.Empty(Guesses(source, [5]));
    }

    [Fact]
    public void Memory_of_a_conversation_is_bounded_and_forgets_the_oldest()
    {
        var source = new RecycledSource(1);
        for (var token = 0; token < 100_000; token++) source.Learn([token], [token + 1, token + 2, token + 3], Shares);

        Assert.InRange(Enumerable.Range(0, 100_000).Count(token => Guesses(source, [token]).Length > 0), 8_000, 16_384);
        Assert.Equal([100_000, 100_001, 100_002], Guesses(source, [99_999]));
    }

    [Fact]
    public void What_the_model_named_at_a_rejected_node_is_drafted_when_its_token_comes_up()
    {
        var drafter = new ConversationDrafter([new RecycledSource(2), new RecycledSource(1)]);
        drafter.Append(1, 2);
        // Behind the root, 2, stood the guesses 3 and 4, and behind 4 another, 5; the model chose 9.
        drafter.Observe([9], new VerifiedNodes
        {
            Tokens = [3, 4, 5],
            Parents = [-1, -1, 1],
            Next = [9, 3, 4, 10, 11, 12, 20, 21, 22, 30, 31, 32],
            Shares = [.. Shares, .. Shares, .. Shares, .. Shares],
        });

        drafter.Append(4);
        Assert.Contains(20, FirstGuesses(drafter));
        drafter.Append(5);
        Assert.Contains(30, FirstGuesses(drafter));
        drafter.Append(1, 2);
        Assert.Contains(9, FirstGuesses(drafter));
    }

    [Fact]
    public void Equal_histories_draft_equal_trees()
    {
        var drafts = new List<string>();
        for (var run = 0; run < 2; run++)
        {
            var random = new Random(3);
            var drafter = new ModelDrafting().CreateDrafter("tenant");
            drafter.Append(1, 2, 3);
            for (var step = 0; step < 50; step++)
            {
                var tree = drafter.Draft(new DraftBudget(16));
                drafts.Add($"{run} {string.Join(' ', tree.Tokens.ToArray())} {string.Join(' ', tree.Survival.ToArray())}");
                var rows = tree.Count + 1;
                int[] next = [.. Enumerable.Range(0, rows).SelectMany(_ => Enumerable.Range(0, 9).OrderBy(_ => random.Next()).Take(3))];
                byte[] shares = [.. Enumerable.Range(0, rows).SelectMany(_ => Shares)];
                drafter.Observe([random.Next(9)], new VerifiedNodes { Tokens = tree.Tokens, Parents = tree.Parents, Next = next, Shares = shares });
            }
        }

        Assert.Equal(drafts.Take(50).Select(draft => draft[1..]), drafts.Skip(50).Select(draft => draft[1..]));
        Assert.Contains(drafts, draft => draft.Split(' ').Length > 10);
    }

    private static int[] Guesses(RecycledSource source, int[] text)
    {
        var guesses = new Guess[IDraftSource.MaxGuesses];
        return [.. guesses[..source.Guess(text, 0, guesses)].Select(guess => guess.Token)];
    }

    private static int[] FirstGuesses(ConversationDrafter drafter)
    {
        var tree = drafter.Draft(new DraftBudget(64, MinSurvival: 0));
        return [.. Enumerable.Range(0, tree.Count).Where(node => tree.Depths[node] == 1).Select(node => tree.Tokens[node])];
    }
}
