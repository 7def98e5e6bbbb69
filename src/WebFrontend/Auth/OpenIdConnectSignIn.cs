using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using NGrammys.Grains.Interfaces.Conversations;

namespace NGrammys.WebFrontend.Auth;

/// <summary>Signs people in by an OpenID Connect provider: authorization code with PKCE. What the provider has said of them is looked at once; the session is our own, and no token is kept.</summary>
internal static partial class OpenIdConnectSignIn
{
    public const string SchemeName = "OpenIdConnect";
    private const string Begin = "/signin/begin";
    private const string Callback = "/signin/oidc";

    // What the provider thinks of a person by then is asked anew.
    private static readonly TimeSpan SignedInFor = TimeSpan.FromHours(12);

    /// <summary>Tells the handler about the provider.</summary>
    public static void Configure(OpenIdConnectOptions provider, OpenIdConnectSettings settings)
    {
        provider.Authority = settings.Authority;
        provider.ClientId = settings.ClientId;
        provider.ClientSecret = settings.ClientSecret;
        provider.RequireHttpsMetadata = new Uri(settings.Authority!).Scheme == Uri.UriSchemeHttps;
        provider.SignInScheme = CookieAuthenticationDefaults.AuthenticationScheme;
        provider.CallbackPath = Callback;
        provider.ResponseType = OpenIdConnectResponseType.Code;
        provider.ResponseMode = OpenIdConnectResponseMode.Query;
        provider.UsePkce = true;
        provider.MapInboundClaims = false;
        provider.Scope.Clear();
        provider.Scope.Add("openid");
        foreach (var cookie in (CookieBuilder[])[provider.CorrelationCookie, provider.NonceCookie])
        {
            // The provider sends the browser back by a link, with which Lax cookies go; None would need TLS.
            cookie.SameSite = SameSiteMode.Lax;
            cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        }

        provider.Events.OnTokenValidated = context =>
        {
            context.Principal = Person(context.Principal!, settings);
            return Task.CompletedTask;
        };
        provider.Events.OnRemoteFailure = context =>
        {
            context.HandleResponse();
            return RefuseAsync(context.HttpContext, context.Failure);
        };
    }

    /// <summary>Adds where a browser begins to be signed in so, and where it learns whether it can.</summary>
    public static void MapOpenIdConnect(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/signin/methods", async (IAuthenticationSchemeProvider schemes) => new { OpenIdConnect = await schemes.GetSchemeAsync(SchemeName) is not null });
        endpoints.MapGet(Begin, async (HttpContext context, IAuthenticationSchemeProvider schemes, TimeProvider time) =>
        {
            if (await schemes.GetSchemeAsync(SchemeName) is null)
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
            }

            try
            {
                await context.ChallengeAsync(SchemeName, new AuthenticationProperties
                {
                    RedirectUri = "/",
                    IsPersistent = true,
                    AllowRefresh = false,
                    ExpiresUtc = time.GetUtcNow() + SignedInFor,
                });
            }
            catch (InvalidOperationException e) when (!context.Response.HasStarted)
            {
                // The provider's description cannot be read.
                await RefuseAsync(context, e);
            }
        });
    }

    private static ClaimsPrincipal Person(ClaimsPrincipal told, OpenIdConnectSettings settings)
    {
        var subject = told.FindFirstValue("sub") ?? throw new AuthenticationFailureException("The provider did not say who you are.");
        var tenant = settings.TenantClaim is not { } claim ? "people"
            : told.FindFirstValue(claim) ?? throw new AuthenticationFailureException($"The provider did not say whose '{claim}' you are.");
        var isAdmin = settings.AdminRole is { } role && told.HasClaim(settings.RoleClaim, role);
        // Never somebody whom a key or a link stands for, whatever the provider calls its people.
        return new Owner($"{SchemeName}:{tenant}", subject).ToPrincipal(CookieAuthenticationDefaults.AuthenticationScheme)
            .WithScopes(isAdmin ? [KeyScopes.Chat, KeyScopes.Admin] : [KeyScopes.Chat]);
    }

    private static Task RefuseAsync(HttpContext context, Exception? failure)
    {
        context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(OpenIdConnectSignIn)).LogRefused(failure?.Message ?? "no reason given");
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.ContentType = Notice.ContentType;
        return context.Response.WriteAsync(Notice.NotSignedIn(
            failure is AuthenticationFailureException { InnerException: null } said ? said.Message : "Your organisation's sign-in did not let you in, or cannot be reached now."));
    }

    [LoggerMessage(1101, LogLevel.Warning, "The OpenID Connect provider signed nobody in: {Reason}")]
    private static partial void LogRefused(this ILogger logger, string reason);
}
