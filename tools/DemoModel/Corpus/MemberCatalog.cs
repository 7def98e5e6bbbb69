using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace NGrammys.DemoModel.Corpus;

/// <summary>The members that the model learns: those of the types that people ask for most, one overload each.</summary>
internal sealed partial class MemberCatalog
{
    private const int LongestSummary = 150;

    // The types that people ask for most, with how many members of each are taken, in the order of the documentation.
    private static readonly (int Members, string[] Types)[] Chosen =
    [
        (30,
        [
            "System.String", "System.IO.File", "System.IO.Path", "System.IO.Directory", "System.Console", "System.Math",
            "System.Linq.Enumerable",
            "System.Collections.Generic.List`1", "System.Collections.Generic.Dictionary`2", "System.Text.StringBuilder",
            "System.Threading.Tasks.Task",
            "System.Text.Json.JsonSerializer", "System.Net.Http.HttpClient",
        ]),
        (8,
        [
            "System.Array", "System.DateTime", "System.TimeSpan", "System.Collections.Generic.HashSet`1",
            "System.Collections.Generic.Queue`1",
            "System.Collections.Generic.Stack`1", "System.Convert", "System.Guid", "System.Random", "System.Environment", "System.Char",
            "System.IO.Stream", "System.Threading.Thread", "System.Text.RegularExpressions.Regex", "System.Diagnostics.Process",
            "System.Diagnostics.Stopwatch", "System.Enum", "System.Text.Encoding",
        ]),
        (3,
        [
            "System.Collections.Generic.PriorityQueue`2", "System.Collections.Generic.LinkedList`1",
            "System.Collections.Generic.IEnumerable`1",
            "System.Collections.Concurrent.ConcurrentDictionary`2", "System.Collections.Concurrent.ConcurrentQueue`1",
            "System.DateTimeOffset",
            "System.DateOnly", "System.GC", "System.Uri", "System.Exception", "System.ArgumentException", "System.IDisposable",
            "System.Lazy`1",
            "System.Nullable`1", "System.Type", "System.Int32", "System.Double", "System.Decimal", "System.Object", "System.Version",
            "System.Text.Json.JsonDocument", "System.IO.FileStream", "System.IO.MemoryStream", "System.IO.StreamReader",
            "System.IO.StreamWriter",
            "System.IO.FileInfo", "System.IO.DirectoryInfo", "System.IO.BinaryReader", "System.IO.BinaryWriter",
            "System.IO.FileSystemWatcher",
            "System.IO.Compression.ZipFile", "System.Threading.Tasks.Parallel", "System.Threading.CancellationTokenSource",
            "System.Threading.CancellationToken", "System.Threading.SemaphoreSlim", "System.Threading.Interlocked",
            "System.Threading.Monitor",
            "System.Threading.Mutex", "System.Threading.Timer", "System.Threading.ThreadPool", "System.Threading.PeriodicTimer",
            "System.Net.Http.HttpResponseMessage", "System.Net.IPAddress", "System.Net.Dns", "System.Net.Sockets.TcpClient",
            "System.Net.WebUtility",
            "System.Diagnostics.ProcessStartInfo", "System.Globalization.CultureInfo", "System.Reflection.Assembly",
            "System.Security.Cryptography.SHA256", "System.Security.Cryptography.RandomNumberGenerator", "System.Numerics.BigInteger",
            "System.Xml.Linq.XDocument", "System.Xml.Linq.XElement",
        ]),
    ];

    private static readonly HashSet<string> Unasked =
        ["Equals", "GetHashCode", "GetType", "Finalize", "MemberwiseClone", "GetTypeCode", "GetObjectData", "ReferenceEquals",
         "CreateObjRef", "InitializeLifetimeService"];

    private MemberCatalog(IReadOnlyList<Member> members, IReadOnlyList<Member> strangers, IReadOnlyList<string> phrases) =>
        (Members, Strangers, Phrases) = (members, strangers, phrases);

    /// <summary>What the model learns.</summary>
    public IReadOnlyList<Member> Members { get; }

    /// <summary>Documented members of other types, which the model is to say it does not know.</summary>
    public IReadOnlyList<Member> Strangers { get; }

    /// <summary>Plain words in a row from anywhere in the documentation, without names.</summary>
    public IReadOnlyList<string> Phrases { get; }

    /// <summary>Chooses from the documentation.</summary>
    public static MemberCatalog Of(ApiDocumentation documentation)
    {
        var members = Chosen.SelectMany(tier => tier.Types.SelectMany(type => MembersOf(documentation, type, tier.Members))).ToList();
        // Queue beside Queue<T>: a type that shares its bare name with a known one would be asked for in the same words.
        var known = members.Select(member => member.BareType).ToHashSet();
        var strangers = documentation.Ids
            .Where(id => id.StartsWith("T:System.", StringComparison.Ordinal) && !known.Contains(DocumentationId.Name(id)))
            .SelectMany(id => MembersOf(documentation, id[2..], 3))
            .DistinctBy(member => member.DisplayName)
            .ToList();
        var phrases = documentation.Ids
            .SelectMany(id => PlainWords().Matches(documentation.Find(id)!.Element("summary")?.Value ?? ""))
            .Select(match => match.Value)
            .Distinct()
            .ToList();
        return new(members, strangers, phrases);
    }

    private static IEnumerable<Member> MembersOf(ApiDocumentation documentation, string typeName, int most)
    {
        if (System.Type.GetType($"{typeName}, {documentation.AssemblyOf("T:" + typeName)}") is not { } type)
        {
            yield break;
        }
        if (Describe("T:" + typeName, documentation.Find("T:" + typeName)!, type, type) is { } itself)
        {
            yield return itself;
        }
        var byName = documentation.MembersOf(typeName)
            .GroupBy(DocumentationId.Name)
            .Where(overloads => char.IsUpper(overloads.Key[0]) && !Unasked.Contains(overloads.Key) && !Asynchronous().IsMatch(overloads.Key));
        var described = byName
            .Select(overloads => overloads.OrderBy(Strangeness).ThenBy(ParameterCount)
                .Select(id => Describe(id, documentation.Find(id)!, type, Reflected(type, id)))
                .FirstOrDefault(member => member is not null))
            .OfType<Member>()
            .Take(most);
        foreach (var member in described)
        {
            yield return member;
        }
    }

    // People ask for the overload that takes a string before the one that takes pointers or spans.
    private static int Strangeness(string id) => DocumentationId.Parameters(id) switch
    {
        "System.String" => 0,
        "System.Object" or "System.Double" or "System.Int32" => 1,
        var list when list.Contains('*', StringComparison.Ordinal) || list.Contains("Span{", StringComparison.Ordinal) => 3,
        _ => 2,
    };

    private static int ParameterCount(string id)
    {
        var parameters = Nested().Replace(DocumentationId.Parameters(id), "");
        return parameters.Length == 0 ? 0 : 1 + parameters.Count(character => character == ',');
    }

    private static MemberInfo? Reflected(Type type, string id)
    {
        const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        return id[0] switch
        {
            'M' => type.GetMethods(Declared).FirstOrDefault(method => DocumentationId.Of(method) == id),
            'P' => type.GetProperties(Declared).FirstOrDefault(property =>
                property.Name == DocumentationId.Name(id) && property.GetIndexParameters().Length == 0),
            'F' => type.GetField(DocumentationId.Name(id), Declared),
            _ => null,
        };
    }

    private static Member? Describe(string id, XElement element, Type type, MemberInfo? reflected)
    {
        var summary = Prose.FirstSentence(element.Element("summary"));
        if (reflected?.IsDefined(typeof(ObsoleteAttribute)) != false
            || summary is null || summary.Length > LongestSummary || !Prose.BeginsWithVerb(summary))
        {
            return null;
        }
        var parameters = (reflected as MethodInfo)?.GetParameters() ?? [];
        var descriptions = element.Elements("param").ToDictionary(param => param.Attribute("name")!.Value, Prose.FirstSentence);
        return new()
        {
            Kind = id[0] switch { 'T' => MemberKind.Type, 'M' => MemberKind.Method, 'P' => MemberKind.Property, _ => MemberKind.Field },
            Namespace = type.Namespace!,
            Type = Declaration.Name(type),
            Keyword = Declaration.Keyword(type),
            Name = id[0] == 'T' ? Declaration.Name(type) : DocumentationId.Name(id),
            Summary = summary,
            Signature = reflected switch
            {
                MethodInfo method => Declaration.Of(method),
                PropertyInfo property => Declaration.Of(property),
                FieldInfo field => Declaration.Of(field),
                _ => Declaration.OfDefinition(type),
            },
            Parameters = [.. parameters.Select(parameter => (Declaration.Of(parameter), descriptions.GetValueOrDefault(parameter.Name!)))],
            Returns = Prose.FirstSentence(element.Element("returns")),
            Exceptions = [.. element.Elements("exception").Select(e => Prose.Reference(e.Attribute("cref")!.Value)).Distinct()],
            Example = Declaration.Example(type, reflected),
        };
    }

    // The older pattern of asynchronous calls: BeginRead and EndRead, but not EndsWith.
    [GeneratedRegex("^(Begin|End)[A-Z]")]
    private static partial Regex Asynchronous();

    [GeneratedRegex(@"(?<![\w.])[a-z]+(?: [a-z]+){0,6}(?![\w.])")]
    private static partial Regex PlainWords();

    [GeneratedRegex("{.*?}+")]
    private static partial Regex Nested();
}
