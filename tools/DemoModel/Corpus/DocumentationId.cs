using System.Reflection;

namespace NGrammys.DemoModel.Corpus;

/// <summary>Documentation ids as the C# specification defines them (annex D): "M:System.IO.File.Exists(System.String)".</summary>
internal static class DocumentationId
{
    /// <summary>The full name of the type that declares a member: "System.IO.File".</summary>
    public static string DeclaringType(string id)
    {
        var path = Path(id);
        var dot = path.LastIndexOf('.');
        return dot < 0 ? path : path[..dot];
    }

    /// <summary>The last part of the name without arity: "Exists", "List".</summary>
    public static string Name(string id)
    {
        var path = Path(id);
        var name = path[(path.LastIndexOf('.') + 1)..];
        var arity = name.IndexOf('`', StringComparison.Ordinal);
        return arity < 0 ? name : name[..arity];
    }

    /// <summary>Parameters as they stand between the parentheses; empty without any.</summary>
    public static string Parameters(string id)
    {
        var open = id.IndexOf('(', StringComparison.Ordinal);
        return open < 0 ? "" : id[(open + 1)..id.LastIndexOf(')')];
    }

    /// <summary>The id of a method or constructor that reflection found.</summary>
    public static string Of(MethodBase method)
    {
        var name = method is ConstructorInfo ? "#ctor" : method.Name;
        var arity = method.IsGenericMethodDefinition ? $"``{method.GetGenericArguments().Length}" : "";
        var parameters = string.Join(',', method.GetParameters().Select(p => Of(p.ParameterType)));
        return $"M:{method.DeclaringType!.FullName}.{name}{arity}{(parameters.Length == 0 ? "" : $"({parameters})")}";
    }

    private static string Of(Type type) => type switch
    {
        { IsByRef: true } => Of(type.GetElementType()!) + "@",
        { IsArray: true } => Of(type.GetElementType()!) + "[]",
        { IsPointer: true } => Of(type.GetElementType()!) + "*",
        { IsGenericMethodParameter: true } => $"``{type.GenericParameterPosition}",
        { IsGenericTypeParameter: true } => $"`{type.GenericParameterPosition}",
        { IsGenericType: true } =>
            $"{type.GetGenericTypeDefinition().FullName!.Split('`')[0]}{{{string.Join(',', type.GetGenericArguments().Select(Of))}}}",
        _ => (type.FullName ?? type.Name).Replace('+', '.'),
    };

    private static string Path(string id)
    {
        var open = id.IndexOf('(', StringComparison.Ordinal);
        return open < 0 ? id[2..] : id[2..open];
    }
}
