using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;

namespace NGrammys.WebFrontend.Auth;

/// <summary>Who may come in: bearers of an API key, and browsers that were signed in by a link, a key or an OpenID Connect provider.</summary>
internal static class Authentication
{
    private const string Either = "KeyOrCookie";

    public static IServiceCollection AddCallers(this IServiceCollection services, string dataFolder, OpenIdConnectSettings? people)
    {
        services.AddSingleton(provider => new KeyStore(Path.Combine(dataFolder, KeyStore.FileName), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new SignedOutSessions(Path.Combine(dataFolder, "signed-out"), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<SignInLinks>();
        services.AddSingleton<Admission>();
        services.AddSingleton<AdmissionWatch>();
        // Kept with the data, so that a restart leaves browsers signed in.
        services.AddDataProtection()
            .SetApplicationName("NGrammys")
            .PersistKeysToFileSystem(PrivateFolder(Path.Combine(dataFolder, "protection")));
        var schemes = services.AddAuthentication(Either)
            .AddPolicyScheme(Either, null, policy => policy.ForwardDefaultSelector = context =>
                ApiKeyHandler.KeyOf(context.Request) is null ? CookieAuthenticationDefaults.AuthenticationScheme : ApiKeyHandler.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, null)
            .AddCookie(BrowserSession.Configure);
        if (people is not null) schemes.AddOpenIdConnect(OpenIdConnectSignIn.SchemeName, provider => OpenIdConnectSignIn.Configure(provider, people));
        services.AddAuthorization(options =>
        {
            foreach (var scope in KeyScopes.All) options.AddPolicy(scope, policy => policy.RequireAuthenticatedUser().RequireAssertion(context => context.User.May(scope)));
        });
        return services;
    }

    // Whoever reads the cookie keys can sign in as anybody.
    private static DirectoryInfo PrivateFolder(string path) => OperatingSystem.IsWindows()
        ? Directory.CreateDirectory(path)
        : Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
}
