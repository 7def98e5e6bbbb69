using System.Runtime.CompilerServices;
using NGrammys.TestSupport;

[assembly: AssemblyFixture(typeof(NGrammys.Deploy.Tests.Release.ReleaseArchive))]

namespace NGrammys.Deploy.Tests.Release;

/// <summary>A release archive, made once by <c>deploy/release.sh</c> when a test first asks for it. Without libtorch, which every build of the silo has been tested with,
/// and with a version of its own: beside what the tests are built with it is another release.</summary>
public sealed class ReleaseArchive : IDisposable
{
    /// <summary>Its version.</summary>
    internal const string Version = "0.99.0";

    // A whole build in Release, on a machine that may be busy.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private readonly ScratchFolder _folder = new();
    private readonly Lazy<Task<string>> _file;

    public ReleaseArchive() => _file = new(MakeAsync);

    /// <summary>Waits for the archive.</summary>
    public TaskAwaiter<string> GetAwaiter() => _file.Value.GetAwaiter();

    public void Dispose() => _folder.Dispose();

    /// <summary>Unpacks it into an empty folder and tells where it lies there.</summary>
    internal async Task<string> UnpackAsync(ScratchFolder folder)
    {
        var result = await Shell.RunAsync("tar", ["-xzf", await this, "-C", folder.Path]);
        Assert.Equal((0, ""), (result.Code, result.Errors));
        return Assert.Single(Directory.GetDirectories(folder.Path));
    }

    private async Task<string> MakeAsync()
    {
        var result = await Shell.RunAsync("bash", [DeployFolder.Path("release.sh"), "installed", _folder.Path, Version], patience: Patience);
        Assert.True(result.Code == 0, result.Output + result.Errors);
        return result.Output.Trim().Split('\n')[^1];
    }
}
