using System.Xml.Linq;

namespace NGrammys.Architecture.Tests;

/// <summary>The files of this repository as the tests see them: built things and fetched things left out.</summary>
internal static class Repository
{
    private static readonly string[] Foreign = ["bin", "obj", "node_modules", "wwwroot", "TestResults"];

    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>Paths, relative to the root, of the files under the folders of our own.</summary>
    public static IEnumerable<string> Files(params string[] extensions) =>
        from top in (string[])["src", "tests", "tools", "samples", "benchmarks", "eng"]
        where Directory.Exists(Path.Combine(Root, top))
        from file in Directory.EnumerateFiles(Path.Combine(Root, top), "*", SearchOption.AllDirectories)
        let path = Path.GetRelativePath(Root, file).Replace('\\', '/')
        where extensions.Contains(Path.GetExtension(path)) && !path.Split('/').Intersect(Foreign).Any()
        select path;

    /// <summary>Names of what a project file references: projects (ProjectReference) or packages (PackageReference).</summary>
    public static string[] References(string project, string kind) =>
        [.. XDocument.Load(Path.Combine(Root, project)).Descendants(kind).Select(reference => reference.Attribute("Include")!.Value)
            .Select(include => kind == "ProjectReference" ? Path.GetFileNameWithoutExtension(include) : include)];

    private static string Find(string start)
    {
        var folder = new DirectoryInfo(start);
        while (!File.Exists(Path.Combine(folder.FullName, "NGrammys.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
