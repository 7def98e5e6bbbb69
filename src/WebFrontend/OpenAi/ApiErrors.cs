using Microsoft.Extensions.Primitives;

namespace NGrammys.WebFrontend.OpenAi;

/// <summary>What every answer under /v1 has: a request id, and errors in OpenAI's form, also those that no endpoint has made.</summary>
internal sealed partial class ApiErrors(RequestDelegate next, ILogger<ApiErrors> logger, TimeProvider time)
{
    public async Task InvokeAsync(HttpContext context)
    {
        context.Response.Headers["x-request-id"] = $"req_{Guid.NewGuid():N}";
        try
        {
            await next(context);
            if (Unsaid(context) is { } error) await WriteAsync(context, error);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone; nobody reads an answer.
        }
        catch (Exception e)
        {
            var error = ApiError.From(e);
            if (error.Status >= StatusCodes.Status500InternalServerError) LogFailure(e.InnerException ?? e, context.Response.Headers["x-request-id"]);
            await WriteAsync(context, error);
        }
    }

    private async Task WriteAsync(HttpContext context, ApiError error)
    {
        if (context.Response.HasStarted)
        {
            // A stream that breaks off says why, and lacks its [DONE].
            if (context.Response.ContentType?.StartsWith("text/event-stream", StringComparison.Ordinal) == true)
                await new EventStream(context, time).SendAsync(error.ToJson());
            return;
        }

        // Headers stay: they tell the request's id and what is left of a quota.
        context.Response.ContentLength = null;
        context.Response.StatusCode = error.Status;
        if (error.RetryAfter is { } wait)
        {
            context.Response.Headers.RetryAfter = new StringValues(((int)Math.Ceiling(wait.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        await context.Response.WriteAsJsonAsync(error.ToJson(), context.RequestAborted);
    }

    // An empty answer of the routing or of the authentication.
    private static ApiError? Unsaid(HttpContext context) => context.Response.HasStarted || context.Response.ContentLength is > 0 ? null : context.Response.StatusCode switch
    {
        StatusCodes.Status401Unauthorized => ApiError.Unauthorized(),
        StatusCodes.Status403Forbidden => new ApiError(403, "permission_error", "This key may not do that.", code: "insufficient_permissions"),
        StatusCodes.Status404NotFound => ApiError.NotFound($"Invalid URL ({context.Request.Method} {context.Request.Path})"),
        StatusCodes.Status405MethodNotAllowed => new ApiError(405, "invalid_request_error", $"Not allowed to {context.Request.Method} on {context.Request.Path}."),
        _ => null,
    };

    [LoggerMessage(4001, LogLevel.Error, "The request {Request} failed.")]
    private partial void LogFailure(Exception exception, string? request);
}
