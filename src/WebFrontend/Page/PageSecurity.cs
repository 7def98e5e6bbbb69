using NGrammys.Client.Protocol;
using NGrammys.WebFrontend.Auth;

namespace NGrammys.WebFrontend.Page;

/// <summary>What browsers are told about trust, and what is refused from them.</summary>
internal static class PageSecurity
{
    // No remote images: a reply that contains one could carry the conversation away in its address.
    private const string ContentPolicy =
        "default-src 'self'; img-src 'self' data:; connect-src 'self'; style-src 'self'; script-src 'self'; font-src 'self'; " +
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>Adds the headers to every answer and refuses requests of pages that came from elsewhere, WebSockets included.</summary>
    public static IApplicationBuilder UsePageSecurity(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
        if (IsForeign(context.Request))
            await Problem.WriteAsync(context, StatusCodes.Status403Forbidden, RefusalCode.Unauthorized, "Requests from pages of other origins are refused.");
        else
            await next(context);
    });

    // Neither the same-origin policy nor CORS keeps a foreign page from opening a WebSocket; only the server can.
    private static bool IsForeign(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        return origin.Length > 0
            && !(Uri.TryCreate(origin, UriKind.Absolute, out var uri) && string.Equals(uri.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }
}
