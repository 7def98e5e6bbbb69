using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace NGrammys.Deploy.Tests;

/// <summary>The folder <c>deploy</c> of this repository.</summary>
internal static class DeployFolder
{
    private static readonly IDeserializer Deserializer = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build();

    public static string Repository { get; } = Find(AppContext.BaseDirectory);

    public static string Path(params string[] parts) => System.IO.Path.Combine([Repository, "deploy", .. parts]);

    public static string Read(params string[] parts) => File.ReadAllText(Path(parts));

    /// <summary>Every document of a YAML file, anchors and merges resolved; a key that stands twice in a mapping is an error.</summary>
    public static IReadOnlyList<Yaml> Documents(params string[] parts)
    {
        var parser = new MergingParser(new Parser(new StringReader(Read(parts))));
        parser.Consume<StreamStart>();
        var documents = new List<Yaml>();
        while (parser.Accept<DocumentStart>(out _)) documents.Add(new Yaml(Deserializer.Deserialize<object?>(parser)));
        return documents;
    }

    private static string Find(string start)
    {
        var folder = new DirectoryInfo(start);
        while (!File.Exists(System.IO.Path.Combine(folder.FullName, "NGrammys.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
