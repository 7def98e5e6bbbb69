using System.Reflection;

namespace NGrammys.DemoModel.Corpus;

/// <summary>Writes what reflection found as C#.</summary>
internal static class Declaration
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(char)] = "char",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
    };

    /// <summary>The keyword that C# has for a type, or null: "string" for String.</summary>
    public static string? Keyword(Type type) => Keywords.GetValueOrDefault(type);

    /// <summary>The name of a type as the documentation writes it: "String", "List&lt;T&gt;".</summary>
    public static string Name(Type type) => type.IsGenericType ? Of(type) : type.Name;

    /// <summary>A type as C# writes it: "int", "List&lt;T&gt;", "char[]", "int?".</summary>
    public static string Of(Type type)
    {
        if (Keywords.TryGetValue(type, out var keyword))
        {
            return keyword;
        }
        if (type.IsArray)
        {
            return Of(type.GetElementType()!) + "[]";
        }
        if (type.IsByRef)
        {
            return Of(type.GetElementType()!);
        }
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Of(underlying) + "?";
        }
        var name = type.Name.Split('`')[0];
        return type.IsGenericType ? $"{name}<{string.Join(", ", type.GetGenericArguments().Select(Of))}>" : name;
    }

    /// <summary>"string path", "out int result", "params object[] args".</summary>
    public static string Of(ParameterInfo parameter)
    {
        var modifier = parameter switch
        {
            { IsOut: true } => "out ",
            { ParameterType.IsByRef: true } => "ref ",
            _ when parameter.IsDefined(typeof(ParamArrayAttribute), false) => "params ",
            _ => "",
        };
        return $"{modifier}{Of(parameter.ParameterType)} {parameter.Name}";
    }

    /// <summary>"static string ReadAllText(string path)".</summary>
    public static string Of(MethodInfo method)
    {
        var arguments = method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(Of))}>" : "";
        var parameters = string.Join(", ", method.GetParameters().Select(Of));
        return $"{(method.IsStatic ? "static " : "")}{Of(method.ReturnType)} {method.Name}{arguments}({parameters})";
    }

    /// <summary>"int Length { get; }".</summary>
    public static string Of(PropertyInfo property)
    {
        var modifier = property.GetMethod?.IsStatic == true ? "static " : "";
        var setter = property.SetMethod?.IsPublic == true ? "set; " : "";
        return $"{modifier}{Of(property.PropertyType)} {property.Name} {{ get; {setter}}}";
    }

    /// <summary>"const double PI", "static readonly string Empty".</summary>
    public static string Of(FieldInfo field) =>
        $"{(field.IsLiteral ? "const " : field.IsStatic ? "static readonly " : "")}{Of(field.FieldType)} {field.Name}";

    /// <summary>"static class File", "struct DateTime".</summary>
    public static string OfDefinition(Type type)
    {
        var kind = type switch
        {
            { IsEnum: true } => "enum",
            { IsValueType: true } => "struct",
            { IsInterface: true } => "interface",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsAbstract: true } => "abstract class",
            { IsSealed: true } => "sealed class",
            _ => "class",
        };
        return $"{kind} {Name(type)}";
    }

    /// <summary>A statement that uses the member: "var result = File.ReadAllText(path);".</summary>
    public static string Example(Type type, MemberInfo member)
    {
        var typeName = Of(type);
        // A variable cannot be called by a keyword.
        var instance = Keyword(type) is null ? char.ToLowerInvariant(type.Name[0]) + type.Name.Split('`')[0][1..]
            : type == typeof(string) ? "text" : "number";
        switch (member)
        {
            case MethodInfo method:
                var receiver = method.IsStatic ? typeName : instance;
                var arguments = method.GetParameters().Select(p => (p.IsOut ? "out var " : p.ParameterType.IsByRef ? "ref " : "") + p.Name);
                var result = method.ReturnType;
                var isAwaited = result.Name.Split('`')[0] is "Task" or "ValueTask";
                var isEmpty = result == typeof(void) || (isAwaited && !result.IsGenericType);
                return $"{(isEmpty ? "" : "var result = ")}{(isAwaited ? "await " : "")}{receiver}.{method.Name}({string.Join(", ", arguments)});";
            case PropertyInfo property:
                return $"var value = {(property.GetMethod?.IsStatic == true ? typeName : instance)}.{property.Name};";
            case FieldInfo field:
                return $"var value = {(field.IsStatic ? typeName : instance)}.{field.Name};";
            case Type { IsAbstract: true, IsSealed: true } or Type { IsEnum: true }:
                return $"using {type.Namespace};";
            default:
                return $"{typeName} {instance};";
        }
    }
}
