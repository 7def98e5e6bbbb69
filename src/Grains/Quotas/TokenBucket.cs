using NGrammys.Grains.Interfaces.Quotas;

namespace NGrammys.Grains.Quotas;

/// <summary>A quota that fills up evenly. It may be overdrawn, since what a request costs is known only when it is over; nothing is admitted until that is paid off.</summary>
internal sealed class TokenBucket(TimeProvider time, TimeSpan period)
{
    private long _updated = time.GetTimestamp();
    private double _spent;

    /// <summary>How long until a request may run; zero = now.</summary>
    /// <param name="limit">What may be spent in a period.</param>
    /// <param name="cost">What the request costs at once; 0 where it is told later.</param>
    public TimeSpan Wait(int limit, int cost)
    {
        Refill(limit);
        var over = _spent + Math.Max(cost, 1) - limit;
        return over <= 0 ? TimeSpan.Zero : period * (over / limit);
    }

    public void Spend(int amount) => _spent += amount;

    public QuotaLevel Level(int limit)
    {
        Refill(limit);
        return new QuotaLevel(limit, (int)Math.Max(0, limit - _spent), period * (_spent / limit));
    }

    private void Refill(int limit)
    {
        var now = time.GetTimestamp();
        _spent = Math.Max(0, _spent - limit * (time.GetElapsedTime(_updated, now) / period));
        _updated = now;
    }
}
