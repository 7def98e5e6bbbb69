namespace NGrammys.TestSupport;

/// <summary>Models and golden results that are not part of the repository: a folder named shared beside one of its parents.</summary>
public static class SharedFolder
{
    /// <summary>Where it is.</summary>
    /// <exception cref="DirectoryNotFoundException">There is none; only tests that are left out of such builds may ask.</exception>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>A file or folder in it.</summary>
    public static string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    private static string Find(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            var shared = Path.Combine(folder.FullName, "shared");
            if (Directory.Exists(Path.Combine(shared, "models"))) return shared;
        }

        throw new DirectoryNotFoundException($"No parent of '{start}' has a folder shared/models beside it.");
    }
}
