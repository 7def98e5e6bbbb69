using System.Text.Json;
using NGrammys.Grains.Interfaces.Quotas;

namespace NGrammys.Grains.Quotas;

/// <summary>What one API key has used: the rules of <see cref="IQuotaGrain"/>, without its durability.</summary>
/// <remarks>A request is charged once: whoever says twice that it is over is heard once, and who never entered is not heard at all.</remarks>
internal sealed class QuotaLedger
{
    // Of whoever has not said that its request is over: it does not hold up others any more,
    private static readonly TimeSpan LongestTurn = TimeSpan.FromMinutes(10);

    // and at last it is forgotten.
    private static readonly TimeSpan LongestMemory = TimeSpan.FromDays(1);

    private readonly TokenBucket _requests = new(TimeSpan.FromMinutes(1));
    private readonly TokenBucket _minute = new(TimeSpan.FromMinutes(1));
    private readonly TokenBucket _day = new(TimeSpan.FromDays(1));
    private readonly Dictionary<Guid, DateTimeOffset> _running = [];
    private QuotaLimits _limits = new();

    /// <summary>Asks to run a request; one that runs already is admitted again and not counted twice.</summary>
    public QuotaAnswer Enter(Guid request, QuotaLimits limits, DateTimeOffset now)
    {
        _limits = limits;
        foreach (var (id, since) in _running.ToList())
        {
            if (now - since > LongestMemory) _running.Remove(id);
        }

        if (_running.ContainsKey(request)) return Levels(limits, now);
        var (exceeded, wait) = InTheWay(now);
        if (exceeded is not null) return Levels(limits, now) with { Exceeded = exceeded, RetryAfter = wait };
        _requests.Spend(1, limits.RequestsPerMinute, now);
        _running[request] = now;
        return Levels(limits, now);
    }

    /// <summary>A request is over. False if it is not running, and so nothing has changed.</summary>
    public bool Leave(Guid request, int tokens, DateTimeOffset now)
    {
        if (!_running.Remove(request)) return false;
        _minute.Spend(tokens, _limits.TokensPerMinute, now);
        _day.Spend(tokens, _limits.TokensPerDay, now);
        return true;
    }

    /// <summary>What is left.</summary>
    public QuotaAnswer Levels(QuotaLimits limits, DateTimeOffset now) => new()
    {
        Requests = limits.RequestsPerMinute is { } requests ? _requests.Level(requests, now) : null,
        Tokens = limits.TokensPerMinute is { } tokens ? _minute.Level(tokens, now) : null,
    };

    public string ToJson() => JsonSerializer.Serialize(new Form(_requests.State, _minute.State, _day.State, _running, _limits));

    public static QuotaLedger Parse(string json)
    {
        var form = JsonSerializer.Deserialize<Form>(json) ?? throw new JsonException("A quota is null.");
        var ledger = new QuotaLedger { _limits = form.Limits };
        (ledger._requests.State, ledger._minute.State, ledger._day.State) = (form.Requests, form.Minute, form.Day);
        foreach (var (request, since) in form.Running) ledger._running.Add(request, since);
        return ledger;
    }

    private (string? Exceeded, TimeSpan Wait) InTheWay(DateTimeOffset now)
    {
        if (_limits.ConcurrentTurns is { } turns && _running.Values.Count(since => now - since < LongestTurn) >= turns) return ("concurrent_turns", TimeSpan.FromSeconds(1));
        if (_limits.RequestsPerMinute is { } requests && _requests.Wait(requests, now) is var forRequests && forRequests > TimeSpan.Zero) return ("requests", forRequests);
        if (_limits.TokensPerMinute is { } minute && _minute.Wait(minute, now) is var forMinute && forMinute > TimeSpan.Zero) return ("tokens", forMinute);
        if (_limits.TokensPerDay is { } day && _day.Wait(day, now) is var forDay && forDay > TimeSpan.Zero) return ("tokens_per_day", forDay);
        return (null, TimeSpan.Zero);
    }

    /// <summary>As it is stored.</summary>
    private sealed record Form(Spent Requests, Spent Minute, Spent Day, Dictionary<Guid, DateTimeOffset> Running, QuotaLimits Limits);
}
