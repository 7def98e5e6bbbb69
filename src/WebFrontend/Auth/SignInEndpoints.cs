using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using NGrammys.Client.Protocol;
using NGrammys.Grains.Interfaces.Conversations;

namespace NGrammys.WebFrontend.Auth;

/// <summary>Signing in and out with a browser.</summary>
internal static class SignInEndpoints
{
    public const string Path = "/signin";

    /// <summary>What a browser posts to sign in without a link.</summary>
    /// <param name="Key">An API key.</param>
    private sealed record KeySignIn(string? Key);

    public static void MapSignIn(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, async (HttpContext context, string? token, SignInLinks links) =>
        {
            if (token is null || !links.TryUse(token))
                return Results.Content(Notice.LinkIsDead, Notice.ContentType, statusCode: StatusCodes.Status401Unauthorized);
            // The owner of the box may do everything.
            await SignInAsync(context, Principal(Identity.Local).WithScopes([KeyScopes.Admin]));
            return Results.LocalRedirect("/");
        });
        endpoints.MapPost(Path, async (HttpContext context, KeySignIn request, KeyStore keys) =>
        {
            if (request.Key is null || keys.Get(KeyStore.Hash(request.Key.Trim())) is not { } key || !(key.Scopes ?? KeyScopes.Ordinary).Intersect([KeyScopes.Chat, KeyScopes.Admin]).Any())
            {
                await Problem.WriteAsync(context, StatusCodes.Status401Unauthorized, RefusalCode.Unauthorized, "The API key is wrong, was revoked, or does not open conversations.");
                return;
            }
            await SignInAsync(context, Principal(new Owner(key.Tenant, key.Owner)).WithKey(key));
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        });
        endpoints.MapPost("/signout", BrowserSession.EndAsync);
        endpoints.MapOpenIdConnect();
    }

    private static ClaimsPrincipal Principal(Owner owner) => owner.ToPrincipal(CookieAuthenticationDefaults.AuthenticationScheme);

    private static Task SignInAsync(HttpContext context, ClaimsPrincipal principal) => context.SignInAsync(
        CookieAuthenticationDefaults.AuthenticationScheme,
        principal,
        new AuthenticationProperties { IsPersistent = true });
}
