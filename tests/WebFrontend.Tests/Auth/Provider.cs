using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace NGrammys.WebFrontend.Tests.Auth;

/// <summary>An OpenID Connect provider with one person, who is signed in there already. It signs what it says, and gives no token to whoever cannot show that the code is his.</summary>
internal sealed class Provider : IAsyncDisposable
{
    public const string Client = "ngrammys", Secret = "a secret of the two";

    private readonly WebApplication _app;
    private readonly RsaSecurityKey _key = new(RSA.Create(2048)) { KeyId = "1" };
    private readonly RsaSecurityKey _stranger = new(RSA.Create(2048)) { KeyId = "1" };
    private readonly Dictionary<string, (string Challenge, string Nonce, string Redirect)> _codes = [];

    private Provider(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    /// <summary>What it says of the person.</summary>
    public List<Claim> Claims { get; } = [new("sub", "anna")];

    /// <summary>Whom its tokens are for.</summary>
    public string Audience { get; set; } = Client;

    /// <summary>Whether somebody else signs for it.</summary>
    public bool Forged { get; set; }

    /// <summary>Whether the person says no.</summary>
    public bool Denies { get; set; }

    public static async Task<Provider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var provider = new Provider(builder.Build());
        provider._app.MapGet("/.well-known/openid-configuration", provider.Describe);
        provider._app.MapGet("/keys", provider.Keys);
        provider._app.MapGet("/authorize", provider.Authorize);
        provider._app.MapPost("/token", provider.TokenAsync);
        await provider._app.StartAsync(TestContext.Current.CancellationToken);
        return provider;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private IResult Describe() => Results.Json(new JsonObject
    {
        ["issuer"] = Address,
        ["authorization_endpoint"] = $"{Address}/authorize",
        ["token_endpoint"] = $"{Address}/token",
        ["jwks_uri"] = $"{Address}/keys",
        ["response_types_supported"] = new JsonArray("code"),
        ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
    });

    private IResult Keys()
    {
        var key = _key.Rsa.ExportParameters(includePrivateParameters: false);
        return Results.Json(new JsonObject
        {
            ["keys"] = new JsonArray(new JsonObject
            {
                ["kty"] = "RSA",
                ["use"] = "sig",
                ["kid"] = "1",
                ["n"] = Base64UrlEncoder.Encode(key.Modulus),
                ["e"] = Base64UrlEncoder.Encode(key.Exponent),
            }),
        });
    }

    private IResult Authorize(HttpRequest request)
    {
        string Asked(string name) => request.Query[name].ToString();
        Assert.Equal(("code", Client, "S256"), (Asked("response_type"), Asked("client_id"), Asked("code_challenge_method")));
        var back = new Dictionary<string, string?> { ["state"] = Asked("state") };
        if (Denies)
        {
            back["error"] = "access_denied";
        }
        else
        {
            back["code"] = Guid.NewGuid().ToString("N");
            _codes[back["code"]!] = (Asked("code_challenge"), Asked("nonce"), Asked("redirect_uri"));
        }

        return Results.Redirect(QueryHelpers.AddQueryString(Asked("redirect_uri"), back));
    }

    private async Task<IResult> TokenAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        if (!_codes.Remove(form["code"].ToString(), out var code)) return Results.BadRequest(new { error = "invalid_grant" });
        var shown = Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
        if (shown != code.Challenge || form["redirect_uri"] != code.Redirect || form["client_secret"] != Secret) return Results.BadRequest(new { error = "invalid_grant" });
        var token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Address,
            Audience = Audience,
            Subject = new ClaimsIdentity([.. Claims, new Claim("nonce", code.Nonce)]),
            SigningCredentials = new SigningCredentials(Forged ? _stranger : _key, SecurityAlgorithms.RsaSha256),
        });
        return Results.Json(new { id_token = token, access_token = "not kept", token_type = "Bearer", expires_in = 60 });
    }
}
