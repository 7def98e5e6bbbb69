using Microsoft.AspNetCore.Authentication.Cookies;

namespace NGrammys.WebFrontend.Auth;

/// <summary>Cookies that over TLS are named <c>__Host-</c>: browsers then take them from this very host alone, over TLS alone. A box that speaks plain HTTP on its own machine cannot have them.</summary>
internal sealed class HostCookies : ICookieManager
{
    private readonly ChunkingCookieManager _cookies = new();

    public string? GetRequestCookie(HttpContext context, string key) => _cookies.GetRequestCookie(context, Name(context, key));

    public void AppendResponseCookie(HttpContext context, string key, string? value, CookieOptions options) =>
        _cookies.AppendResponseCookie(context, Name(context, key), value, options);

    public void DeleteCookie(HttpContext context, string key, CookieOptions options) => _cookies.DeleteCookie(context, Name(context, key), options);

    private static string Name(HttpContext context, string key) => context.Request.IsHttps ? $"__Host-{key}" : key;
}
