using System.Security.Claims;
using NGrammys.Grains.Interfaces.Conversations;

namespace NGrammys.WebFrontend.Auth;

/// <summary>Between an <see cref="Owner"/> and the claims of a request.</summary>
internal static class Identity
{
    private const string TenantClaim = "tenant";
    private const string KeyClaim = "key";
    private const string ScopeClaim = "scope";

    /// <summary>Whoever has the sign-in link of the server: it serves one box and knows nobody else.</summary>
    public static Owner Local { get; } = new("local", "owner");

    public static ClaimsPrincipal ToPrincipal(this Owner owner, string scheme) =>
        new(new ClaimsIdentity([new Claim(TenantClaim, owner.Tenant), new Claim(ClaimTypes.NameIdentifier, owner.User)], scheme));

    /// <summary>The same, for as long as a key is valid.</summary>
    public static ClaimsPrincipal WithKey(this ClaimsPrincipal principal, string hash)
    {
        ((ClaimsIdentity)principal.Identity!).AddClaim(new Claim(KeyClaim, hash));
        return principal;
    }

    /// <summary>The same, with what a key opens, for as long as it is valid.</summary>
    public static ClaimsPrincipal WithKey(this ClaimsPrincipal principal, ApiKey key) => principal.WithKey(key.Hash).WithScopes(key.Scopes ?? KeyScopes.Ordinary);

    /// <summary>The same, and what it may do.</summary>
    public static ClaimsPrincipal WithScopes(this ClaimsPrincipal principal, IEnumerable<string> scopes)
    {
        ((ClaimsIdentity)principal.Identity!).AddClaims(scopes.Select(scope => new Claim(ScopeClaim, scope)));
        return principal;
    }

    /// <summary>Whether it may do what a scope opens.</summary>
    public static bool May(this ClaimsPrincipal principal, string scope) =>
        principal.Identity?.IsAuthenticated == true && (principal.HasClaim(ScopeClaim, scope) || principal.HasClaim(ScopeClaim, KeyScopes.Admin));

    /// <summary>Hash of the key by which it was signed in; null for a sign-in link, and for a person whom a provider knows.</summary>
    public static string? KeyHash(this ClaimsPrincipal principal) => principal.FindFirstValue(KeyClaim);

    public static Owner Owner(this ClaimsPrincipal principal) =>
        new(principal.FindFirstValue(TenantClaim)!, principal.FindFirstValue(ClaimTypes.NameIdentifier)!);
}
