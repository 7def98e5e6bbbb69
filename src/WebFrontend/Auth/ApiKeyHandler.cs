using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using NGrammys.Grains.Interfaces.Conversations;

namespace NGrammys.WebFrontend.Auth;

/// <summary>Signs a request in by the API key that it carries.</summary>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, KeyStore keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "ApiKey";
    private const string Bearer = "Bearer ";

    /// <summary>The key of a request. Never from its address: those are logged on their way. Browsers, which cannot set headers on a WebSocket, have a cookie.</summary>
    public static string? KeyOf(HttpRequest request)
    {
        var authorization = request.Headers.Authorization.ToString();
        return authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? authorization[Bearer.Length..].Trim() : null;
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
