using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.WebFrontend.Hubs;

namespace NGrammys.WebFrontend.Auth;

/// <summary>Signs a request in by the API key that it carries.</summary>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, KeyStore keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "ApiKey";
    private const string Bearer = "Bearer ";

    /// <summary>The key of a request. Browsers cannot set headers on a WebSocket, so the hub also takes it from the query.</summary>
    public static string? KeyOf(HttpRequest request)
    {
        var authorization = request.Headers.Authorization.ToString();
        if (authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return authorization[Bearer.Length..].Trim();
        return request.Path.StartsWithSegments(ChatHub.Path) && request.Query.TryGetValue("access_token", out var token) ? token.ToString() : null;
    }

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(KeyOf(Request) switch
    {
        null => AuthenticateResult.NoResult(),
        var key when keys.Get(KeyStore.Hash(key)) is { } found => AuthenticateResult.Success(
            new AuthenticationTicket(new Owner(found.Tenant, found.Owner).ToPrincipal(SchemeName).WithKey(found), SchemeName)),
        _ => AuthenticateResult.Fail("The API key is unknown."),
    });

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) =>
        Problem.WriteAsync(Context, StatusCodes.Status401Unauthorized, "unauthorized", "The API key is wrong or was revoked. Make one with: ngrammys key create");
}
