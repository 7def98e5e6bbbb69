namespace NGrammys.WebFrontend.Auth;

/// <summary>What an API key opens.</summary>
public static class KeyScopes
{
    /// <summary>The OpenAI-compatible API.</summary>
    public const string Api = "api";

    /// <summary>Conversations over SignalR, and signing a browser in.</summary>
    public const string Chat = "chat";

    /// <summary>Metrics, and all of the others.</summary>
    public const string Admin = "admin";

    /// <summary>All there are.</summary>
    public static IReadOnlyList<string> All { get; } = [Api, Chat, Admin];

    /// <summary>Those of a key that names none.</summary>
    public static IReadOnlyList<string> Ordinary { get; } = [Api, Chat];
}
