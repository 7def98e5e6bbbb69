using NGrammys.Grains.Interfaces.Quotas;

namespace NGrammys.Grains.Quotas;

/// <summary>Counts in memory, which it keeps for as long as its silo lives: a quota begins anew where that is lost.</summary>
[KeepAlive]
internal sealed class QuotaGrain(TimeProvider time) : Grain, IQuotaGrain
{
    // A frontend that died has not said that its requests are over.
    private static readonly TimeSpan LongestTurn = TimeSpan.FromMinutes(10);

    private readonly TokenBucket _requests = new(time, TimeSpan.FromMinutes(1));
    private readonly TokenBucket _minute = new(time, TimeSpan.FromMinutes(1));
    private readonly TokenBucket _day = new(time, TimeSpan.FromDays(1));
    private readonly Dictionary<Guid, long> _running = [];

    public Task<QuotaAnswer> Enter(Guid request, QuotaLimits limits)
    {
        foreach (var (id, since) in _running.ToList())
        {
            if (time.GetElapsedTime(since) > LongestTurn) _running.Remove(id);
        }

        var (exceeded, wait) = InTheWay(limits);
        if (exceeded is null)
        {
            _requests.Spend(1);
            _running[request] = time.GetTimestamp();
        }

        return Task.FromResult(new QuotaAnswer
        {
            Exceeded = exceeded,
            RetryAfter = wait,
            Requests = limits.RequestsPerMinute is { } requests ? _requests.Level(requests) : null,
            Tokens = limits.TokensPerMinute is { } tokens ? _minute.Level(tokens) : null,
        });
    }

    public Task Leave(Guid request, int tokens)
    {
        _running.Remove(request);
        _minute.Spend(tokens);
        _day.Spend(tokens);
        return Task.CompletedTask;
    }

    private (string? Exceeded, TimeSpan Wait) InTheWay(QuotaLimits limits)
    {
        if (limits.ConcurrentTurns is { } turns && _running.Count >= turns) return ("concurrent_turns", TimeSpan.FromSeconds(1));
        if (limits.RequestsPerMinute is { } requests && _requests.Wait(requests, 1) is var forRequests && forRequests > TimeSpan.Zero) return ("requests", forRequests);
        if (limits.TokensPerMinute is { } minute && _minute.Wait(minute, 0) is var forMinute && forMinute > TimeSpan.Zero) return ("tokens", forMinute);
        if (limits.TokensPerDay is { } day && _day.Wait(day, 0) is var forDay && forDay > TimeSpan.Zero) return ("tokens_per_day", forDay);
        return (null, TimeSpan.Zero);
    }
}
