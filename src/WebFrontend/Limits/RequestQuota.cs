using System.Globalization;
using NGrammys.Grains.Interfaces.Quotas;
using NGrammys.WebFrontend.Auth;
using NGrammys.WebFrontend.OpenAi;

namespace NGrammys.WebFrontend.Limits;

/// <summary>Holds requests that make a model work to what their key may use, and tells each answer how much is left.</summary>
internal sealed class RequestQuota(IGrainFactory grains, KeyStore keys)
{
    /// <summary>Runs a request, or refuses it with 429.</summary>
    /// <exception cref="ApiError">A limit is in the way.</exception>
    public async Task RunAsync(HttpContext context, RequestDelegate next)
    {
        if (context.User.KeyHash() is not { } hash || keys.Get(hash)?.Limits is not { } limits)
        {
            await next(context);
            return;
        }

        var (quota, request) = (grains.GetGrain<IQuotaGrain>(hash), Guid.NewGuid());
        var answer = await quota.Enter(request, limits);
        Tell(context.Response.Headers, "requests", answer.Requests);
        Tell(context.Response.Headers, "tokens", answer.Tokens);
        if (answer.Exceeded is { } exceeded) throw Refusal(exceeded, answer.RetryAfter);
        try
        {
            await next(context);
        }
        finally
        {
            await quota.Leave(request, TurnCost.Of(context).Total);
        }
    }

    private static ApiError Refusal(string exceeded, TimeSpan retryAfter)
    {
        var seconds = Math.Ceiling(retryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return exceeded switch
        {
            "requests" => ApiError.RateLimited($"This key has made its requests of the minute. Try again in {seconds} s.", retryAfter),
            "concurrent_turns" => ApiError.RateLimited("This key runs as many requests at the same time as it may. Try again when one of them is over.", retryAfter),
            "tokens" => ApiError.RateLimited($"This key has used its tokens of the minute. Try again in {seconds} s.", retryAfter, "tokens"),
            _ => ApiError.RateLimited($"This key has used its tokens of the day. Try again in {seconds} s.", retryAfter, "tokens"),
        };
    }

    private static void Tell(IHeaderDictionary headers, string kind, QuotaLevel? level)
    {
        if (level is null) return;
        headers[$"x-ratelimit-limit-{kind}"] = level.Limit.ToString(CultureInfo.InvariantCulture);
        headers[$"x-ratelimit-remaining-{kind}"] = level.Remaining.ToString(CultureInfo.InvariantCulture);
        headers[$"x-ratelimit-reset-{kind}"] = $"{Math.Ceiling(level.Reset.TotalSeconds).ToString(CultureInfo.InvariantCulture)}s";
    }
}
