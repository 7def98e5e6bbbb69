using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Engine;
using NGrammys.TestSupport;

namespace NGrammys.Inference.Tests.Engine;

public sealed class SequenceTests
{
    private static readonly DraftNode[] Tree =
    [
        new(10, -1, 5, 0.8f), new(20, -1, 5, 0.1f), new(11, 0, 5, 0.4f), new(21, 1, 5, 0.05f), new(12, 2, 5, 0.2f), new(13, 0, 5, 0.2f),
    ];

    private readonly Sequence _sequence = new(EngineFixture.Request([1, 2], 100), 1000);

    [Fact]
    public void Of_a_draft_that_comes_a_step_late_what_stands_behind_the_step_is_kept()
    {
        Say(10);
        var answer = Verify(0, Tree);
        Assert.True(answer.IsCompletedSuccessfully);
        Assert.Equal([new(11, -1, 5, 0.5f), new(12, 0, 5, 0.25f), new(13, -1, 5, 0.25f)], _sequence.Draft);
        // A fresher one may still come.
        Assert.False(_sequence.Answered);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(20, 21)]
    [InlineData(10, 11, 12, 13)]
    public void Nothing_is_kept_of_a_late_draft_that_was_wrong_or_is_used_up(params int[] said)
    {
        Say(said);
        Verify(0, Tree);
        Assert.Empty(_sequence.Draft);
    }

    [Fact]
    public void A_late_draft_does_not_replace_one_in_time()
    {
        Say(10);
        Verify(1, [new(11, -1, 5, 0.9f)]);
        Verify(0, Tree);
        Assert.Equal([new(11, -1, 5, 0.9f)], _sequence.Draft);
    }

    [Fact]
    public void A_position_before_the_sequence_began_is_of_no_use()
    {
        Say(10);
        Verify(-3, [new(1, -1, 5, 1), new(2, 0, 5, 1), new(10, 1, 5, 1), new(11, 2, 5, 1)]);
        Assert.Empty(_sequence.Draft);
    }

    [Fact]
    public void An_owner_is_waited_for_until_his_guesses_have_run_out()
    {
        for (var i = 0; i < 20; i++)
        {
            var expected = i % 10 < 4;
            Assert.True(expected == _sequence.Drafts, $"step {i}");
            Verify(i, i % 10 == 9 ? Tree : []);
            Say(3);
        }
    }

    private Task<VerifyResult> Verify(int position, DraftNode[] draft)
    {
        var waiter = new TaskCompletionSource<VerifyResult>();
        _sequence.Verify(new VerifyRequest { Sequence = _sequence.Request.Id, Position = position, Draft = draft }, waiter);
        return waiter.Task;
    }

    private void Say(params int[] tokens) => _sequence.Append(
        new StepResult { Step = _sequence.Steps, Position = _sequence.Position, Tokens = tokens, Sources = new byte[tokens.Length], Survival = new float[tokens.Length], Drafted = 0 },
        null);
}
