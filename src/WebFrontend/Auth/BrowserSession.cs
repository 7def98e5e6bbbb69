using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using NGrammys.Client.Protocol;

namespace NGrammys.WebFrontend.Auth;

/// <summary>A browser that was let in: a cookie that it cannot read and other pages cannot use. It ends when it was not used for a month, after three months, with the key
/// that opened it, and for good when its person signs out.</summary>
internal static class BrowserSession
{
    /// <summary>No session is longer, however often it is used.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(90);

    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(30);

    private const string SessionClaim = "session";
    private const string BeganClaim = "began";

    /// <summary>Makes the cookie such a session.</summary>
    public static void Configure(CookieAuthenticationOptions cookie)
    {
        cookie.Cookie.Name = "ngrammys";
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = SameSiteMode.Strict;
        cookie.CookieManager = new HostCookies();
        cookie.ExpireTimeSpan = LongestPause;
        cookie.SlidingExpiration = true;
        cookie.Events.OnSigningIn = Begin;
        cookie.Events.OnValidatePrincipal = Validate;
        cookie.Events.OnRedirectToLogin = context => Problem.WriteAsync(
            context.HttpContext, StatusCodes.Status401Unauthorized, RefusalCode.Unauthorized,
            "Nobody is signed in. Open the sign-in link that the server printed; a program sends its key in the header Authorization.");
        cookie.Events.OnRedirectToAccessDenied = context => Problem.WriteAsync(
            context.HttpContext, StatusCodes.Status403Forbidden, RefusalCode.Unauthorized, "Whoever is signed in here may not do this.");
    }

    /// <summary>Its id; null for a caller who is no browser.</summary>
    public static Guid? SessionId(this ClaimsPrincipal caller) => Guid.TryParse(caller.FindFirstValue(SessionClaim), out var id) ? id : null;

    /// <summary>Ends the caller's.</summary>
    public static Task EndAsync(HttpContext context)
    {
        if (context.User.SessionId() is { } session) context.RequestServices.GetRequiredService<SignedOutSessions>().Add(session);
        return context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
    }

    private static Task Begin(CookieSigningInContext context)
    {
        var began = context.HttpContext.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow().ToUnixTimeSeconds();
        var identity = (ClaimsIdentity)context.Principal!.Identity!;
        identity.AddClaim(new Claim(SessionClaim, Guid.NewGuid().ToString()));
        identity.AddClaim(new Claim(BeganClaim, began.ToString(CultureInfo.InvariantCulture)));
        return Task.CompletedTask;
    }

    private static Task Validate(CookieValidatePrincipalContext context)
    {
        var services = context.HttpContext.RequestServices;
        var young = long.TryParse(context.Principal?.FindFirstValue(BeganClaim), CultureInfo.InvariantCulture, out var began)
            && services.GetRequiredService<TimeProvider>().GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(began) < Longest;
        if (!young || !services.GetRequiredService<Admission>().Holds(context.Principal!)) context.RejectPrincipal();
        return Task.CompletedTask;
    }
}
