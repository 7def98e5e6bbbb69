using Microsoft.Extensions.Logging;
using NGrammys.Grains.Conversations;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Interfaces.Quotas;

namespace NGrammys.Grains.Quotas;

/// <summary>Holds replies to what the API key may use under which they were asked for, whoever asked and by whatever protocol. Thread-safe.</summary>
internal sealed class TurnQuota(IGrainFactory grains, TimeProvider time, ILogger<TurnQuota> logger)
{
    // A quota whose silo was lost is counted elsewhere within seconds.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Asks for leave to make a reply; with no <see cref="CallQuota"/> it is always given.</summary>
    /// <param name="request">The caller's operation: repeated, it counts once.</param>
    /// <returns>The key that the reply is charged to when it is over; null = none.</returns>
    /// <exception cref="ConversationException">A limit is in the way, or the quota cannot be counted now.</exception>
    public async Task<string?> EnterAsync(Guid request)
    {
        if (CallQuota.Current is not { } quota) return null;
        var answer = await grains.GetGrain<IQuotaGrain>(quota.Key).Enter(request, quota.Limits);
        return answer.Exceeded is null ? quota.Key : throw Refusal(answer.Exceeded, answer.RetryAfter);
    }

    /// <summary>A reply is over. Never fails: what cannot be charged within a minute is written to the log.</summary>
    /// <param name="key">As <see cref="EnterAsync"/> told it.</param>
    /// <param name="request">The operation.</param>
    /// <param name="tokens">Tokens of prompt and reply; they are paid for by those that come next.</param>
    public async Task LeaveAsync(string? key, Guid request, int tokens)
    {
        if (key is null) return;
        for (var began = time.GetTimestamp(); ;)
        {
            try
            {
                // Heard twice, it is charged once.
                await grains.GetGrain<IQuotaGrain>(key).Leave(request, tokens);
                return;
            }
            catch (Exception e) when (e is OrleansException or TimeoutException or ConversationException or OperationCanceledException)
            {
                if (time.GetElapsedTime(began) > Patience)
                {
                    logger.LogNotCharged(tokens, e.Message);
                    return;
                }
            }

            await Task.Delay(Pause, time);
        }
    }

    private static ConversationException Refusal(string exceeded, TimeSpan wait)
    {
        var seconds = $"{Math.Ceiling(wait.TotalSeconds)} s";
        var message = exceeded switch
        {
            "requests" => $"This key has made its requests of the minute. Try again in {seconds}.",
            "concurrent_turns" => "This key runs as many requests at the same time as it may. Try again when one of them is over.",
            "tokens" => $"This key has used its tokens of the minute. Try again in {seconds}.",
            _ => $"This key has used its tokens of the day. Try again in {seconds}.",
        };
        return new ConversationException(ConversationError.RateLimited, message) { Limit = exceeded, RetryAfter = wait };
    }
}
