namespace NGrammys.WebFrontend.Auth;

/// <summary>An error of plain HTTP: one line of JSON, <c>{"error":{"code":…,"message":…}}</c>.</summary>
internal static class Problem
{
    public static Task WriteAsync(HttpContext context, int status, string code, string message)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new { error = new { code, message } });
    }
}
