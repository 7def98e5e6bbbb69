using NGrammys.WebFrontend.OpenAi;

namespace NGrammys.WebFrontend.Auth;

/// <summary>An error of plain HTTP: one line of JSON, <c>{"error":{"code":…,"message":…}}</c>.</summary>
internal static class Problem
{
    public static Task WriteAsync(HttpContext context, int status, string code, string message)
    {
        context.Response.StatusCode = status;
        // There errors have OpenAI's form, and are written where all of them are.
        if (context.Request.Path.StartsWithSegments(OpenAiHosting.Prefix)) return Task.CompletedTask;
        return context.Response.WriteAsJsonAsync(new { error = new { code, message } });
    }
}
