using System.Security.Claims;

namespace NGrammys.WebFrontend.Auth;

/// <summary>Whether a caller who was let in may stay: his key was not revoked, and his session not ended.</summary>
internal sealed class Admission(KeyStore keys, SignedOutSessions signedOut)
{
    /// <summary>Asks now; thread-safe.</summary>
    public bool Holds(ClaimsPrincipal caller) =>
        (caller.KeyHash() is not { } hash || keys.Has(hash)) && (caller.SessionId() is not { } session || !signedOut.Has(session));
}
