using System.Diagnostics;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Failover.Hosts;

/// <summary>The programs of a release, in one folder: the archive's <c>bin</c>, or what a build has put out.</summary>
public sealed record Release
{
    private static readonly string[] Programs = ["NGrammys.Silo", "NGrammys.WebFrontend"];

    private Release(string folder, string version) => (Folder, Version) = (folder, version);

    /// <summary>The release that this program is of.</summary>
    public static Release Own { get; } = At(AppContext.BaseDirectory);

    /// <summary>The folder, as an absolute path.</summary>
    public string Folder { get; }

    /// <summary>Version, with the commit where the build knew it.</summary>
    public string Version { get; }

    /// <summary>A release that somebody names.</summary>
    /// <exception cref="NGrammysException">There are no programs of a cluster in that folder.</exception>
    public static Release At(string folder)
    {
        folder = Path.GetFullPath(folder);
        var missing = Array.Find(Programs, program => !File.Exists(Path.Combine(folder, program)));
        return missing is null
            ? new Release(folder, FileVersionInfo.GetVersionInfo(Path.Combine(folder, $"{Programs[0]}.dll")).ProductVersion ?? "?")
            : throw new NGrammysException($"There is no {missing} in {folder}; name the folder bin of an unpacked release.");
    }

    /// <inheritdoc/>
    public override string ToString() => Version;
}
