using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace NGrammys.WebFrontend.Auth;

/// <summary>One-time sign-in links of a running server. Thread-safe.</summary>
/// <remarks>A link lives as long as the process, and whoever opens it first is signed in as the owner of the box.</remarks>
public sealed class SignInLinks
{
    private const int TokenBytes = 32;
    private readonly ConcurrentDictionary<string, byte> _unused = new();

    /// <summary>Makes a new link.</summary>
    /// <param name="server">Address under which a browser reaches the server.</param>
    public Uri Create(Uri server)
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));
        _unused[token] = 0;
        return new Uri(server, $"{SignInEndpoints.Path}?token={token}");
    }

    /// <summary>Uses a link up. False if its token is wrong or was used before.</summary>
    internal bool TryUse(string token) => _unused.TryRemove(token, out _);
}
