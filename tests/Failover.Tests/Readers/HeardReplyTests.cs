using NGrammys.Failover.Readers;

namespace NGrammys.Failover.Tests.Readers;

public sealed class HeardReplyTests
{
    private static readonly long Second = TimeProvider.System.TimestampFrequency;
    private readonly HeardReply _reply = new(Guid.NewGuid(), Guid.NewGuid());

    [Fact]
    public void Interruption_is_the_gap_at_which_the_reply_moved_whatever_comes_later()
    {
        Hear((1, 5), (2, 5), (4, 6), (9, 6));

        Assert.Equal(new Interruption(true, TimeSpan.FromSeconds(2)), _reply.Interruption(2 * Second + 1));
        Assert.True(_reply.Continued);
    }

    [Fact]
    public void Interruption_of_a_reply_that_did_not_move_is_the_longest_gap_that_ends_after_the_fault()
    {
        Hear((1, 5), (8, 5), (9, 5), (12, 5));

        Assert.Equal(new Interruption(false, TimeSpan.FromSeconds(3)), _reply.Interruption(8 * Second));
        Assert.False(_reply.Continued);
    }

    [Fact]
    public void Spans_a_moment_from_its_first_token_to_its_last()
    {
        Assert.False(_reply.Spans(2 * Second));
        Hear((1, 5), (3, 5));

        Assert.False(_reply.Spans(0));
        Assert.True(_reply.Spans(2 * Second));
        Assert.True(_reply.Spans(4 * Second));
        _reply.End();
        Assert.False(_reply.Spans(4 * Second));
    }

    private void Hear(params (long Second, long Epoch)[] moments)
    {
        foreach (var (second, epoch) in moments) _reply.Hear(second * Second, epoch);
    }
}
