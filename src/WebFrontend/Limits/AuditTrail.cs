using NGrammys.WebFrontend.Auth;

namespace NGrammys.WebFrontend.Limits;

/// <summary>Writes down every request of whoever is signed in: who, what, how it ended, what it cost.</summary>
internal sealed class AuditTrail(RequestDelegate next, KeyStore keys, AuditLog log, TimeProvider time)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var began = time.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            if (context.User.Identity?.IsAuthenticated == true) log.Add(Entry(context, began));
        }
    }

    private AuditEntry Entry(HttpContext context, long began)
    {
        var (owner, cost) = (context.User.Owner(), TurnCost.Of(context));
        return new AuditEntry
        {
            Time = time.GetUtcNow(),
            Request = context.Response.Headers["x-request-id"].ToString(),
            Key = context.User.KeyHash() is { } hash ? keys.Get(hash)?.Name : null,
            Tenant = owner.Tenant,
            Owner = owner.User,
            Method = context.Request.Method,
            Endpoint = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "none",
            Status = context.Response.StatusCode,
            PromptTokens = cost.Prompt,
            CompletionTokens = cost.Completion,
            Milliseconds = (long)time.GetElapsedTime(began).TotalMilliseconds,
        };
    }
}
