namespace NGrammys.Fuzz;

/// <summary>A temporary folder in which inputs lie as the files that they are; deleted at the end.</summary>
internal sealed class WorkFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("ngrammys-fuzz-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
