using NGrammys.WebFrontend.Auth;

namespace NGrammys.Cli.Commands;

/// <summary>The key by which the command line talks to the server of the same data folder: a file that only its owner can read.</summary>
internal static class LocalKey
{
    private const string Name = "local";

    /// <summary>The key of a data folder; null if no server has run there yet.</summary>
    public static string? Read(string data) =>
        File.Exists(PathOf(data)) && File.ReadAllText(PathOf(data)).Trim() is { Length: > 0 } key ? key : null;

    /// <summary>Makes the key unless there is one.</summary>
    public static void Ensure(string data, KeyStore keys)
    {
        if (Read(data) is not null && keys.List().Any(key => key.Name == Name)) return;
        keys.Revoke(Name);
        var key = keys.Create(Name);
        File.Delete(PathOf(data));
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new StreamWriter(PathOf(data), options);
        file.WriteLine(key);
    }

    private static string PathOf(string data) => Path.Combine(data, "local.key");
}
