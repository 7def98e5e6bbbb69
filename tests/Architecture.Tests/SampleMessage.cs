using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace NGrammys.Architecture.Tests;

/// <summary>Messages whose every member holds something that follows from its number, so that a reader knows what it must find.</summary>
internal static class SampleMessage
{
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>A message, or an enum value.</summary>
    public static object Of(Type message)
    {
        // The second: values that come to it later are behind it.
        if (message.IsEnum) return Enum.GetValues(message).Cast<object>().ElementAt(1);
        var sample = message.IsAssignableTo(typeof(Exception)) ? Refusal(message) : RuntimeHelpers.GetUninitializedObject(message);
        foreach (var (member, type, id) in WireContract.Members(message)) Field(message, member).SetValue(sample, Value(type, id!.Value));
        return sample;
    }

    /// <summary>What is wrong with a message that was read: a line for each member that does not hold what it should.</summary>
    /// <param name="message">Its type.</param>
    /// <param name="found">What was read.</param>
    /// <param name="ids">Numbers of the members that were written; others must be as if nobody had spoken of them. Null = not known, any may be missing: so it is
    /// with a message inside another, which has lines of its own.</param>
    public static IEnumerable<string> Differences(Type message, object found, IReadOnlySet<uint>? ids)
    {
        if (found.GetType() != message) return [$"{message.Name} was read as {found.GetType().Name}"];
        if (message.IsEnum) return Equals(found, Of(message)) ? [] : [$"{message.Name} is {found}"];
        return from member in WireContract.Members(message)
               let value = Field(message, member.Member).GetValue(found)
               let same = Same(Value(member.Type, member.Id!.Value), value)
               let absent = IsDefault(member.Type, value)
               where ids is null ? !same && !absent : ids.Contains(member.Id!.Value) ? !same : !absent
               select $"{message.Name}.{member.Member.Name} is {value ?? "null"}";
    }

    private static object Value(Type type, uint id)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsArray)
        {
            var items = Array.CreateInstance(type.GetElementType()!, 2);
            for (var i = 0; i < items.Length; i++) items.SetValue(Value(type.GetElementType()!, id + (uint)i), i);
            return items;
        }

        if (type.Namespace!.StartsWith(nameof(NGrammys), StringComparison.Ordinal)) return Of(type);
        return type == typeof(string) ? $"text {id} 日本語"
            : type == typeof(bool) ? true
            : type == typeof(Guid) ? new Guid((int)id + 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
            : type == typeof(DateTimeOffset) ? new DateTimeOffset(2026, 1, 1 + (int)(id % 28), 12, 30, 15, 250, TimeSpan.Zero)
            : type == typeof(TimeSpan) ? TimeSpan.FromMilliseconds(id + 1.5)
            : Convert.ChangeType(id + (type == typeof(float) || type == typeof(double) ? 0.25 : 100), type, CultureInfo.InvariantCulture);
    }

    private static bool Same(object expected, object? found) => expected is IEnumerable items and not string
        ? found is IEnumerable others && items.Cast<object>().Zip(others.Cast<object?>()).All(pair => Same(pair.First, pair.Second)) && items.Cast<object>().Count() == others.Cast<object>().Count()
        : expected.GetType() is var type && type.Namespace!.StartsWith(nameof(NGrammys), StringComparison.Ordinal) && !type.IsEnum
            ? found is not null && !Differences(type, found, null).Any()
            : expected.Equals(found);

    // A member's own initial value, such as an empty array, is one too: it says as little.
    private static bool IsDefault(Type type, object? value) => value switch
    {
        null or "" => true,
        IEnumerable items and not string => !items.Cast<object>().Any(),
        _ => type.IsValueType && Nullable.GetUnderlyingType(type) is null && value.Equals(RuntimeHelpers.GetUninitializedObject(type)),
    };

    private static object Refusal(Type message) => message.GetConstructors().Single() is var constructor
        ? constructor.Invoke([.. constructor.GetParameters().Select(parameter => Value(parameter.ParameterType, 0))])
        : throw new InvalidOperationException();

    private static FieldInfo Field(Type message, MemberInfo member) => member as FieldInfo ?? message.GetField($"<{member.Name}>k__BackingField", Own)!;
}
