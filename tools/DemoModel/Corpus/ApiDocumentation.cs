using System.Runtime.InteropServices;
using System.Xml.Linq;
using NGrammys.Inference.Abstractions;

namespace NGrammys.DemoModel.Corpus;

/// <summary>
/// The API documentation that ships with the .NET SDK: one XML element per documented type or member, by its documentation id.
/// </summary>
internal sealed class ApiDocumentation
{
    private readonly Dictionary<string, XElement> _elements = [];
    private readonly Dictionary<string, string> _assemblies = [];

    /// <summary>Takes the members of documentation files; of two with one id the first stays.</summary>
    public ApiDocumentation(IEnumerable<(string Assembly, XDocument File)> files)
    {
        foreach (var (assembly, file) in files)
        {
            foreach (var element in file.Descendants("member"))
            {
                if (element.Attribute("name")?.Value is { } id && _elements.TryAdd(id, element))
                {
                    _assemblies[id] = assembly;
                }
            }
        }
    }

    /// <summary>
    /// All documentation ids ("T:System.IO.File", "M:System.IO.File.Exists(System.String)"), in the order of the files.
    /// </summary>
    public IEnumerable<string> Ids => _elements.Keys;

    /// <summary>Reads the reference pack of the SDK that this process runs on.</summary>
    /// <exception cref="NGrammysException">There is no reference pack beside the runtime.</exception>
    public static ApiDocumentation OfRunningSdk()
    {
        // The runtime lies in DOTNET/shared/Microsoft.NETCore.App/VERSION, its documentation in DOTNET/packs.
        var root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        var packs = Path.Combine(root, "packs", "Microsoft.NETCore.App.Ref");
        var files = Directory.Exists(packs) ? Directory.GetFiles(packs, "*.xml", SearchOption.AllDirectories) : [];
        if (files.Length == 0)
        {
            throw new NGrammysException($"No API documentation in {packs}: run with the .NET SDK, not with the runtime alone.");
        }
        return new(files.Order(StringComparer.Ordinal).Select(file => (Path.GetFileNameWithoutExtension(file), XDocument.Load(file))));
    }

    /// <summary>The element of a documentation id, or null.</summary>
    public XElement? Find(string id) => _elements.GetValueOrDefault(id);

    /// <summary>Name of the assembly that documents an id.</summary>
    public string AssemblyOf(string id) => _assemblies[id];

    /// <summary>Ids of the members that a type declares, in the order of the files.</summary>
    public IEnumerable<string> MembersOf(string type) =>
        MembersByType.TryGetValue(type, out var ids) ? ids : [];

    private Dictionary<string, List<string>> MembersByType => field ??= _elements.Keys
        .Where(id => id[0] is 'M' or 'P' or 'F' or 'E')
        .GroupBy(id => DocumentationId.DeclaringType(id))
        .ToDictionary(group => group.Key, group => group.ToList());
}
