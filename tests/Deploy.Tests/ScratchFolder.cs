namespace NGrammys.Deploy.Tests;

/// <summary>An empty folder that everybody may write and that goes with the test.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public ScratchFolder()
    {
        // Also an ordinary user, as whom some programs are started.
        File.SetUnixFileMode(Path, (UnixFileMode)0b111_111_111);
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("ngrammys-deploy-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
