using NGrammys.Grains.Placement;
using NGrammys.Grains.Tests.Hosting;
using NGrammys.TestSupport;

namespace NGrammys.Grains.Tests.Placement;

public sealed class StoreWatchTests
{
    private readonly CutStore _store = new(new SwitchedStore(TimeProvider.System));
    private readonly StoreWatch _watch;

    public StoreWatchTests() => _watch = new StoreWatch(_store);

    [Fact]
    public void A_store_that_answers_is_never_away()
    {
        Ask(20);

        Assert.Equal((false, false), (_watch.IsAway, _watch.IsAwayForLong));
    }

    [Fact]
    public void Questions_that_are_not_answered_are_counted_and_one_answer_takes_all_back()
    {
        _store.Cut = true;
        Ask(3);
        Assert.False(_watch.IsAway);
        Ask(1);
        Assert.Equal((true, false), (_watch.IsAway, _watch.IsAwayForLong));
        Ask(3);
        Assert.True(_watch.IsAwayForLong);

        _store.Cut = false;
        Ask(1);

        Assert.Equal((false, false), (_watch.IsAway, _watch.IsAwayForLong));
    }

    [Fact]
    public async Task A_store_that_swallows_a_question_is_not_asked_the_next_before_it_has_answered()
    {
        var (answer, asked) = (new TaskCompletionSource(), 0);
        _store.OnAsked = () =>
        {
            asked++;
            return answer.Task;
        };

        Ask(7);
        Assert.Equal((1, true), (asked, _watch.IsAwayForLong));
        answer.SetResult();
        await AskedAgainAsync().For("the store to be asked again");

        Assert.Equal((2, false), (asked, _watch.IsAway));

        async Task AskedAgainAsync()
        {
            for (; asked == 1; await Task.Yield()) _watch.Ask();
        }
    }

    private void Ask(int times)
    {
        for (; times > 0; times--) _watch.Ask();
    }
}
