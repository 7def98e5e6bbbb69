using System.CommandLine;

namespace NGrammys.Cli.Commands;

/// <summary>Where one box keeps conversations, keys and sign-ins.</summary>
internal sealed class DataFolder
{
    private readonly Option<string?> _option = new("--data")
    {
        Description = $"folder for conversations and keys (default: {Default})",
        HelpName = "DIR",
    };

    private static string Default =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "ngrammys");

    public void AddTo(Command command) => command.Options.Add(_option);

    /// <summary>The folder, made if it is missing, and its owner's alone.</summary>
    public string Read(ParseResult arguments)
    {
        var folder = Path.GetFullPath(arguments.GetValue(_option) ?? Default);
        Directory.CreateDirectory(folder);
        // Whoever reads the keys in it can sign in as its owner.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return folder;
    }
}
