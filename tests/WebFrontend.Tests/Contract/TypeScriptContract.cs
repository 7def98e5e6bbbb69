using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using MessagePack;
using NGrammys.Client;
using NGrammys.Client.Protocol;
using NGrammys.Grains.Interfaces.Cluster;
using NGrammys.Grains.Interfaces.Quotas;
using NGrammys.WebFrontend.Admin;

namespace NGrammys.WebFrontend.Tests.Contract;

/// <summary>The records of the wire protocol as TypeScript, so that the page and the server cannot mean two things by one name.</summary>
internal static class TypeScriptContract
{
    // What a text may hold, where that is a closed set.
    private static readonly Dictionary<(Type Record, string Property), string[]> Closed = new()
    {
        [(typeof(Message), nameof(Message.Role))] = ["user", "assistant"],
        [(typeof(Message), nameof(Message.Finish))] = Constants(typeof(FinishReason)),
        [(typeof(TurnEvent), nameof(TurnEvent.Kind))] = Constants(typeof(TurnEventKind)),
        [(typeof(TurnEvent), nameof(TurnEvent.Finish))] = Constants(typeof(FinishReason)),
        [(typeof(TurnEvent), nameof(TurnEvent.WaitsFor))] = Constants(typeof(WaitReason)),
        [(typeof(SpeculationSettings), nameof(SpeculationSettings.Mode))] = ["auto", "off"],
    };

    // What the admin page speaks is JSON alone.
    private static readonly Type[] Admin =
    [
        typeof(ClusterDescription), typeof(NodeDescription), typeof(NodeDetails), typeof(DeviceDescription), typeof(SourceDescription), typeof(PilotDescription), typeof(PilotSums),
        typeof(KeyDescription), typeof(NewKeyRequest), typeof(NewKey), typeof(QuotaLimits),
    ];

    private static readonly NullabilityInfoContext Nullability = new();

    /// <summary>All of them, by name.</summary>
    public static string Write()
    {
        var records = typeof(ChatClient).Assembly.GetTypes().Where(type => type.GetCustomAttribute<MessagePackObjectAttribute>() is not null)
            .Concat(Admin).OrderBy(type => type.Name, StringComparer.Ordinal).ToArray();
        // What a client sends may leave out what has a default; what the server sends is whole.
        var sent = records.Where(type => type.Name.EndsWith("Request", StringComparison.Ordinal)).SelectMany(Reachable).ToHashSet();
        var text = new StringBuilder("// Written from the records of the protocol by a test of WebFrontend.Tests, which says how to write it anew.\n");
        foreach (var record in records)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nexport interface {record.Name} {{\n");
            foreach (var property in record.GetProperties())
            {
                var optional = sent.Contains(record) && property.GetCustomAttribute<RequiredMemberAttribute>() is null
                    && Nullability.Create(property).ReadState == NullabilityState.Nullable;
                text.Append(CultureInfo.InvariantCulture, $"  {property.GetCustomAttribute<KeyAttribute>()?.StringKey ?? JsonNamingPolicy.CamelCase.ConvertName(property.Name)}{(optional ? "?" : "")}: {TypeOf(property)}\n");
            }
            text.Append("}\n");
        }
        return text.ToString();
    }

    private static string TypeOf(PropertyInfo property)
    {
        var type = Closed.TryGetValue((property.DeclaringType!, property.Name), out var values)
            ? string.Join(" | ", values.Select(value => $"'{value}'"))
            : NameOf(property.PropertyType);
        return Nullability.Create(property).ReadState == NullabilityState.Nullable ? $"{type} | null" : type;
    }

    private static string NameOf(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string) || type == typeof(Guid) || type == typeof(DateTimeOffset)) return "string";
        if (type == typeof(bool)) return "boolean";
        if (type.IsPrimitive) return "number";
        return Element(type) is { } element ? NameOf(element) + "[]" : type.Name;
    }

    private static IEnumerable<Type> Reachable(Type record) => record.GetProperties()
        .Select(property => Element(property.PropertyType) ?? property.PropertyType)
        .Where(type => type.Namespace?.StartsWith(nameof(NGrammys), StringComparison.Ordinal) == true)
        .SelectMany(Reachable)
        .Append(record);

    private static Type? Element(Type type) =>
        type != typeof(string) && type.IsAssignableTo(typeof(IEnumerable)) ? type.GetElementType() ?? type.GetGenericArguments().Single() : null;

    private static string[] Constants(Type type) => [.. type.GetFields().Select(field => (string)field.GetRawConstantValue()!)];
}
