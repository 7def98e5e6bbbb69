using NGrammys.Grains.Interfaces.Quotas;

namespace NGrammys.Grains.Quotas;

/// <summary>What has been spent and not refilled yet, as of a time. It is the whole state of a <see cref="TokenBucket"/>.</summary>
internal readonly record struct Spent(double Amount, DateTimeOffset At);

/// <summary>A quota that fills up evenly. It may be overdrawn, since what a request costs is known only when it is over; nothing is admitted until that is paid off.</summary>
/// <remarks>Its times are those of the world's clock, so that they mean something in another process. A clock that is set back refills nothing, and takes nothing away.</remarks>
internal sealed class TokenBucket(TimeSpan period)
{
    public Spent State { get; set; }

    /// <summary>How long until a request may run; zero = now.</summary>
    /// <param name="limit">What may be spent in a period.</param>
    /// <param name="now">The time.</param>
    public TimeSpan Wait(int limit, DateTimeOffset now)
    {
        var over = Refill(limit, now) + 1 - limit;
        return over <= 0 ? TimeSpan.Zero : period * (over / limit);
    }

    /// <summary>Spends; without a limit nothing is counted.</summary>
    public void Spend(int amount, int? limit, DateTimeOffset now)
    {
        var spent = limit is { } most ? Refill(most, now) + Math.Max(0, amount) : 0;
        State = State with { Amount = spent };
    }

    public QuotaLevel Level(int limit, DateTimeOffset now)
    {
        var spent = Refill(limit, now);
        return new QuotaLevel(limit, (int)Math.Max(0, limit - spent), period * (spent / limit));
    }

    private double Refill(int limit, DateTimeOffset now)
    {
        var elapsed = now - State.At;
        if (elapsed > TimeSpan.Zero) State = new Spent(Math.Max(0, State.Amount - limit * (elapsed / period)), now);
        return State.Amount;
    }
}
