namespace NGrammys.WebFrontend;

/// <summary>What a host must tell the web frontend.</summary>
public sealed record WebFrontendOptions
{
    /// <summary>Folder for API keys and for the keys that protect sign-in cookies; created if missing.</summary>
    public required string DataFolder { get; init; }
}
