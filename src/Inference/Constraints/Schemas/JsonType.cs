using System.Text.Json;

namespace NGrammys.Inference.Constraints.Schemas;

/// <summary>The types of JSON values. Integers are numbers.</summary>
internal enum JsonType
{
    Null,
    Boolean,
    Number,
    String,
    Array,
    Object,
}

/// <summary>Types of elements, and their names.</summary>
internal static class JsonTypes
{
    /// <summary>The type as schemas write it.</summary>
    public static string Name(this JsonType type) => type switch
    {
        JsonType.Null => "null",
        JsonType.Boolean => "boolean",
        JsonType.Number => "number",
        JsonType.String => "string",
        JsonType.Array => "array",
        _ => "object",
    };

    /// <summary>The type of an element.</summary>
    public static JsonType TypeOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null => JsonType.Null,
        JsonValueKind.True or JsonValueKind.False => JsonType.Boolean,
        JsonValueKind.Number => JsonType.Number,
        JsonValueKind.String => JsonType.String,
        JsonValueKind.Array => JsonType.Array,
        _ => JsonType.Object,
    };
}
