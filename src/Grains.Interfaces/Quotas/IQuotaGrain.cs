namespace NGrammys.Grains.Interfaces.Quotas;

/// <summary>What one API key has used of what it may use. One for the whole cluster, so that more frontends are not more quota. Key: the key's hash.</summary>
[Alias("ngrammys.IQuotaGrain")]
public interface IQuotaGrain : IGrainWithStringKey
{
    /// <summary>
    /// Asks to run a request; answered when it is durable. Who was admitted says <see cref="Leave"/> when it is over; who never does holds up nobody after ten
    /// minutes. Asked again, a request that runs is admitted and not counted twice.
    /// </summary>
    [Alias("Enter")]
    Task<QuotaAnswer> Enter(Guid request, QuotaLimits limits);

    /// <summary>A request is over; answered when it is durable. Said again, or of a request that was never admitted, it changes nothing.</summary>
    /// <param name="request">Which.</param>
    /// <param name="tokens">Tokens of prompt and replies; they are paid for by those that come next.</param>
    [Alias("Leave")]
    Task Leave(Guid request, int tokens);

    /// <summary>What is left; asks for nothing.</summary>
    [Alias("Look")]
    Task<QuotaAnswer> Look(QuotaLimits limits);
}

/// <summary>What a key may use; null = without limit.</summary>
[GenerateSerializer, Immutable, Alias("ngrammys.QuotaLimits")]
public sealed record QuotaLimits
{
    [Id(0)] public int? RequestsPerMinute { get; init; }

    /// <summary>Of prompts and replies together.</summary>
    [Id(1)] public int? TokensPerMinute { get; init; }

    /// <summary>Of prompts and replies together, within 24 hours.</summary>
    [Id(2)] public int? TokensPerDay { get; init; }

    /// <summary>Requests that run at the same time.</summary>
    [Id(3)] public int? ConcurrentTurns { get; init; }
}

/// <summary>Whether a request may run, and how much is left behind it.</summary>
[GenerateSerializer, Immutable, Alias("ngrammys.QuotaAnswer")]
public sealed record QuotaAnswer
{
    /// <summary>The limit that is in the way: requests, tokens, tokens_per_day or concurrent_turns; null = admitted.</summary>
    [Id(0)] public string? Exceeded { get; init; }

    /// <summary>When to try again.</summary>
    [Id(1)] public TimeSpan RetryAfter { get; init; }

    [Id(2)] public QuotaLevel? Requests { get; init; }

    /// <summary>Of the minute.</summary>
    [Id(3)] public QuotaLevel? Tokens { get; init; }
}

/// <summary>The state of one limit.</summary>
/// <param name="Limit">The most.</param>
/// <param name="Remaining">What is left.</param>
/// <param name="Reset">When it is full again.</param>
[GenerateSerializer, Immutable, Alias("ngrammys.QuotaLevel")]
public sealed record QuotaLevel([property: Id(0)] int Limit, [property: Id(1)] int Remaining, [property: Id(2)] TimeSpan Reset);
