using System.Globalization;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.Grains.Interfaces.Quotas;

namespace NGrammys.WebFrontend.Limits;

/// <summary>Tells each answer to a request that makes a model work how much of its key's quota is left. The grains hold the request to it.</summary>
internal sealed class QuotaHeaders(IGrainFactory grains)
{
    public Task RunAsync(HttpContext context, RequestDelegate next)
    {
        // When the status is known, so is what the request itself has used.
        if (CallQuota.Current is { } quota) context.Response.OnStarting(() => TellAsync(context.Response.Headers, quota));
        return next(context);
    }

    private async Task TellAsync(IHeaderDictionary headers, KeyQuota quota)
    {
        try
        {
            var left = await grains.GetGrain<IQuotaGrain>(quota.Key).Look(quota.Limits);
            Tell(headers, "requests", left.Requests);
            Tell(headers, "tokens", left.Tokens);
        }
        catch (Exception e) when (e is OrleansException or TimeoutException or ConversationException or OperationCanceledException)
        {
            // An answer without them is better than none.
        }
    }

    private static void Tell(IHeaderDictionary headers, string kind, QuotaLevel? level)
    {
        if (level is null) return;
        headers[$"x-ratelimit-limit-{kind}"] = level.Limit.ToString(CultureInfo.InvariantCulture);
        headers[$"x-ratelimit-remaining-{kind}"] = level.Remaining.ToString(CultureInfo.InvariantCulture);
        headers[$"x-ratelimit-reset-{kind}"] = $"{Math.Ceiling(level.Reset.TotalSeconds).ToString(CultureInfo.InvariantCulture)}s";
    }
}
