using NGrammys.ServiceDefaults;
using NGrammys.ServiceDefaults.Configuration;

namespace NGrammys.WebFrontend.Auth;

/// <summary>An OpenID Connect provider that tells who people are. Section <c>OpenIdConnect</c> of the configuration; the same on every frontend of a cluster.</summary>
public sealed record OpenIdConnectSettings
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "OpenIdConnect";

    /// <summary>Address of the provider; <c>/.well-known/openid-configuration</c> under it describes it. https, or http on this machine.</summary>
    public string? Authority { get; init; }

    /// <summary>Id of this server at the provider, where <c>/signin/oidc</c> is its redirect address.</summary>
    public string? ClientId { get; init; }

    /// <summary>Its secret; absent where the provider asks for none: a code is bound to its browser anyway (PKCE).</summary>
    public string? ClientSecret { get; init; }

    /// <summary>Claim of the identity token that names a person's tenant; absent = all people are one, and share what tenants share.</summary>
    public string? TenantClaim { get; init; }

    /// <summary>Claim that lists a person's roles.</summary>
    public string RoleClaim { get; init; } = "roles";

    /// <summary>Role that opens the page for operators; absent = no person does.</summary>
    public string? AdminRole { get; init; }

    /// <summary>Reads the section; null if there is none.</summary>
    /// <exception cref="HostingException">A value is missing or no good.</exception>
    public static OpenIdConnectSettings? Read(IConfiguration configuration) => SettingsSection.Read<OpenIdConnectSettings>(configuration, Section)?.Checked();

    /// <summary>Checks the values.</summary>
    /// <exception cref="HostingException">One is missing or no good.</exception>
    public OpenIdConnectSettings Checked()
    {
        if (string.IsNullOrWhiteSpace(ClientId)) throw new HostingException($"{Section}:{nameof(ClientId)} is missing: the id of this server at the provider.");
        if (!Uri.TryCreate(Authority, UriKind.Absolute, out var address) || !(address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)))
            throw new HostingException($"{Section}:{nameof(Authority)} is '{Authority}'; it must be the https address of the provider, such as https://login.example.org/realm.");
        return this;
    }
}
