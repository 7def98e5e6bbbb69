using NGrammys.Grains.Interfaces.Quotas;
using NGrammys.WebFrontend.Auth;

namespace NGrammys.WebFrontend.Admin;

/// <summary>An API key, as its operator sees it: neither the key nor its hash.</summary>
/// <param name="Name">What the key is for.</param>
/// <param name="Tenant">Whose conversations it opens: the tenant,</param>
/// <param name="Owner">and the person or service inside the tenant.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Scopes">What it opens.</param>
/// <param name="Limits">What it may use; null = without limit.</param>
internal sealed record KeyDescription(
    string Name, string Tenant, string Owner, DateTimeOffset Created, IReadOnlyList<string> Scopes, QuotaLimits? Limits)
{
    public static KeyDescription Of(ApiKey key) => new(key.Name, key.Tenant, key.Owner, key.Created, key.Scopes ?? KeyScopes.Ordinary, key.Limits);
}

/// <summary>Asks for a key.</summary>
/// <param name="Name">What it is for; unique.</param>
/// <param name="Scopes">What it opens; null = what an ordinary caller needs.</param>
/// <param name="Limits">What it may use; null = without limit.</param>
internal sealed record NewKeyRequest(string Name, string[]? Scopes, QuotaLimits? Limits);

/// <summary>A key that was made.</summary>
/// <param name="Key">The key itself; it is never shown again.</param>
internal sealed record NewKey(string Key);
