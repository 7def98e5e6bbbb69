using System.Reflection;
using NGrammys.Grains.Interfaces.Conversations;
using Orleans;
using Orleans.Runtime;

namespace NGrammys.Architecture.Tests;

/// <summary>What silos and web frontends say to each other, as the built assemblies have it: the messages with the numbers of their members, and the calls.</summary>
internal static class WireContract
{
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly Type[] Types =
    [
        .. from assembly in (Assembly[])[typeof(IConversationGrain).Assembly, Assembly.Load("NGrammys.Grains")]
           from type in assembly.GetTypes()
           where type.Namespace?.StartsWith("NGrammys", StringComparison.Ordinal) == true
           select type,
    ];

    /// <summary>Types that travel.</summary>
    public static IEnumerable<Type> Messages => Types.Where(type => type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false));

    /// <summary>Grains that are called from elsewhere.</summary>
    public static IEnumerable<Type> Grains => Types.Where(type => type.IsInterface && type.IsAssignableTo(typeof(IAddressable)));

    /// <summary>One line for each member, enum value and call.</summary>
    public static IEnumerable<string> Lines => Messages.SelectMany(OfMessage).Concat(Grains.SelectMany(OfGrain)).Order(StringComparer.Ordinal);

    /// <summary>Name on the wire; empty for none.</summary>
    public static string AliasOf(MemberInfo member) => member.GetCustomAttribute<AliasAttribute>()?.Alias ?? "";

    /// <summary>Properties and fields that hold something, with their numbers; null = it has none.</summary>
    public static IEnumerable<(MemberInfo Member, Type Type, uint? Id)> Members(Type message) =>
        from field in message.GetFields(Own)
        let property = field.Name.EndsWith("k__BackingField", StringComparison.Ordinal)
            ? message.GetProperty(field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)], Own) : null
        let member = (MemberInfo?)property ?? field
        select (member, field.FieldType, member.GetCustomAttribute<IdAttribute>()?.Id);

    private static IEnumerable<string> OfMessage(Type message) => message.IsEnum
        ? Enum.GetNames(message).Select(name => $"{AliasOf(message)} = {(int)Enum.Parse(message, name)} {name}")
        : Members(message).Select(member => $"{AliasOf(message)} # {member.Id} {member.Member.Name} : {NameOf(member.Type)}");

    private static IEnumerable<string> OfGrain(Type grain) => grain.GetMethods(Own).Select(method =>
        $"{AliasOf(grain)} ( {AliasOf(method)}({string.Join(", ", method.GetParameters().Select(parameter => NameOf(parameter.ParameterType)))}) : {NameOf(method.ReturnType)}");

    private static string NameOf(Type type) => Nullable.GetUnderlyingType(type) is { } value ? NameOf(value) + "?"
        : !type.IsGenericType ? type.Name
        : $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>";
}
