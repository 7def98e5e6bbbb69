using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using NGrammys.Client.Protocol;

namespace NGrammys.WebFrontend.Auth;

/// <summary>Who may come in: bearers of an API key, and browsers that were signed in by a link or a key.</summary>
internal static class Authentication
{
    private const string Either = "KeyOrCookie";
    private static readonly TimeSpan SignedInFor = TimeSpan.FromDays(90);

    public static IServiceCollection AddKeyAndCookieAuthentication(this IServiceCollection services, string dataFolder)
    {
        services.AddSingleton(provider => new KeyStore(Path.Combine(dataFolder, KeyStore.FileName), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<SignInLinks>();
        services.AddSingleton<KeyWatch>();
        // Kept with the data, so that a restart leaves browsers signed in.
        services.AddDataProtection()
            .SetApplicationName("NGrammys")
            .PersistKeysToFileSystem(PrivateFolder(Path.Combine(dataFolder, "protection")));
        services.AddAuthentication(Either)
            .AddPolicyScheme(Either, null, policy => policy.ForwardDefaultSelector = context =>
                ApiKeyHandler.KeyOf(context.Request) is null ? CookieAuthenticationDefaults.AuthenticationScheme : ApiKeyHandler.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, null)
            .AddCookie(cookie =>
            {
                cookie.Cookie.Name = "ngrammys";
                cookie.Cookie.HttpOnly = true;
                cookie.Cookie.SameSite = SameSiteMode.Strict;
                cookie.ExpireTimeSpan = SignedInFor;
                cookie.SlidingExpiration = true;
                cookie.Events.OnValidatePrincipal = RejectRevokedAsync;
                cookie.Events.OnRedirectToLogin = cookie.Events.OnRedirectToAccessDenied = context => Problem.WriteAsync(
                    context.HttpContext, StatusCodes.Status401Unauthorized, RefusalCode.Unauthorized, "Nobody is signed in. Open the sign-in link that the server printed.");
            });
        services.AddAuthorization(options =>
        {
            foreach (var scope in KeyScopes.All) options.AddPolicy(scope, policy => policy.RequireAuthenticatedUser().RequireAssertion(context => context.User.May(scope)));
        });
        return services;
    }

    // A browser that was let in by a key goes with it.
    private static Task RejectRevokedAsync(CookieValidatePrincipalContext context)
    {
        if (context.Principal?.KeyHash() is { } hash && !context.HttpContext.RequestServices.GetRequiredService<KeyStore>().Has(hash)) context.RejectPrincipal();
        return Task.CompletedTask;
    }

    // Whoever reads the cookie keys can sign in as anybody.
    private static DirectoryInfo PrivateFolder(string path) => OperatingSystem.IsWindows()
        ? Directory.CreateDirectory(path)
        : Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
}
