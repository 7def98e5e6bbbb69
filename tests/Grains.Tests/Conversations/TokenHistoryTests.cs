using NGrammys.Drafting;
using NGrammys.Grains.Conversations;

namespace NGrammys.Grains.Tests.Conversations;

public sealed class TokenHistoryTests
{
    private static readonly int[] Poem = [.. Enumerable.Range(100, 30)];

    private readonly TokenHistory _history = new(new ConversationDrafter());

    [Fact]
    public void What_has_left_the_prompt_is_still_quoted()
    {
        _history.Read([1, 2, .. Poem, 3, 4]);
        // Its prompt begins elsewhere now.
        Assert.Equal(Poem[7], Guess([1, 5, 6, .. Poem[..7]], leftOut: 2));
        Assert.Equal([1, 5, 6, .. Poem[..7]], _history.Ids);
        // And goes on as ever from there.
        Assert.Equal(Poem[9], Guess([1, 5, 6, .. Poem[..9]], leftOut: 2));
        Assert.Equal(Poem[5], Guess([1, 5, .. Poem[..5]], leftOut: 4));
    }

    [Fact]
    public void A_branch_from_before_the_cut_quotes_what_it_has_itself()
    {
        _history.Read([1, .. Poem]);
        _history.Read([1, 7, 8], leftOut: 2);
        Assert.NotEqual(Poem[7], Guess([1, 9, .. Poem[..7]], leftOut: 0));
    }

    // The likeliest next token; -1 for none.
    private int Guess(int[] ids, int leftOut)
    {
        _history.Read(ids, leftOut);
        var draft = _history.Draft(new DraftBudget(16));
        var best = -1;
        for (var node = 0; node < draft.Count; node++)
        {
            if (draft.Parents[node] < 0 && (best < 0 || draft.Survival[node] > draft.Survival[best])) best = node;
        }

        return best < 0 ? -1 : draft.Tokens[best];
    }
}
