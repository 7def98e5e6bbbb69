using NGrammys.Grains.Interfaces.Quotas;
using NGrammys.Grains.Quotas;

namespace NGrammys.Grains.Tests.Quotas;

public sealed class QuotaLedgerTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch.AddYears(56);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Each_request_is_charged_once_whatever_is_repeated_stored_and_read_again(int seed)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var (random, now, ledger) = (new Random(seed), Start, new QuotaLedger());
        // So wide that nothing is refused, and nothing refills: what is left is what was not charged.
        var limits = new QuotaLimits { TokensPerDay = int.MaxValue, TokensPerMinute = 1_000_000 };
        var (running, over, charged) = (new List<Guid>(), new List<Guid>(), 0);
        for (var i = 0; i < 2000; i++)
        {
            switch (random.Next(6))
            {
                case 0:
                    running.Add(Guid.NewGuid());
                    Assert.Null(ledger.Enter(running[^1], limits, now).Exceeded);
                    break;
                case 1 when running.Count > 0:
                    Assert.Null(ledger.Enter(running[random.Next(running.Count)], limits, now).Exceeded);
                    break;
                case 2 when running.Count > 0:
                    var (request, tokens) = (running[^1], random.Next(200));
                    Assert.True(ledger.Leave(request, tokens, now));
                    running.Remove(request);
                    over.Add(request);
                    charged += tokens;
                    break;
                case 3 when over.Count > 0:
                    Assert.False(ledger.Leave(over[random.Next(over.Count)], 100, now));
                    break;
                case 4:
                    Assert.False(ledger.Leave(Guid.NewGuid(), 100, now));
                    break;
                default:
                    ledger = QuotaLedger.Parse(ledger.ToJson());
                    break;
            }

            Assert.Equal(1_000_000 - charged, ledger.Levels(limits, now).Tokens!.Remaining);
        }

        Assert.True(charged > 0);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void What_is_left_is_never_negative_nor_more_than_all_whatever_the_clock_does(int seed)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var (random, now, ledger) = (new Random(seed), Start, new QuotaLedger());
        var limits = new QuotaLimits { RequestsPerMinute = 10, TokensPerMinute = 500, ConcurrentTurns = 3 };
        var running = new List<Guid>();
        for (var i = 0; i < 2000; i++)
        {
            now += TimeSpan.FromSeconds(random.Next(-20, 30));
            var answer = ledger.Levels(limits, now);
            if (running.Count > 0 && random.Next(2) == 0)
            {
                ledger.Leave(running[0], random.Next(-5, 2000), now);
                running.RemoveAt(0);
            }
            else
            {
                running.Add(Guid.NewGuid());
                answer = ledger.Enter(running[^1], limits, now);
                if (answer.Exceeded is not null) running.RemoveAt(running.Count - 1);
                Assert.Equal(answer.Exceeded is null, answer.RetryAfter == TimeSpan.Zero);
            }

            Assert.InRange(answer.Requests!.Remaining, 0, 10);
            Assert.InRange(answer.Tokens!.Remaining, 0, 500);
            Assert.True(answer.Tokens.Reset >= TimeSpan.Zero);
            Assert.True(running.Count <= 3);
        }
    }

    [Fact]
    public void What_was_overdrawn_after_a_long_rest_is_paid_off_all_the_same()
    {
        var (ledger, limits, request) = (new QuotaLedger(), new QuotaLimits { TokensPerMinute = 100 }, Guid.NewGuid());
        ledger.Enter(request, limits, Start);

        ledger.Leave(request, 300, Start.AddMinutes(9));

        Assert.Equal("tokens", ledger.Enter(Guid.NewGuid(), limits, Start.AddMinutes(10)).Exceeded);
        Assert.Null(ledger.Enter(Guid.NewGuid(), limits, Start.AddMinutes(12)).Exceeded);
    }

    [Fact]
    public void Who_never_said_that_it_is_over_holds_up_nobody_after_ten_minutes()
    {
        var (ledger, limits, lost) = (new QuotaLedger(), new QuotaLimits { ConcurrentTurns = 1, TokensPerMinute = 100 }, Guid.NewGuid());
        ledger.Enter(lost, limits, Start);
        Assert.Equal("concurrent_turns", ledger.Enter(Guid.NewGuid(), limits, Start.AddMinutes(9)).Exceeded);
        Assert.Null(ledger.Enter(Guid.NewGuid(), limits, Start.AddMinutes(11)).Exceeded);

        // It is charged all the same when it ends at last.
        Assert.True(ledger.Leave(lost, 40, Start.AddMinutes(12)));
        Assert.Equal(60, ledger.Levels(limits, Start.AddMinutes(12)).Tokens!.Remaining);
    }
}
