using System.Text.Json;

namespace NGrammys.Inference.Tokenization;

/// <summary>Yes or no in a JSON object.</summary>
internal static class JsonFlag
{
    /// <summary>The value of a property, or what is meant where it is missing or null.</summary>
    public static bool Flag(this JsonElement element, string name, bool otherwise = false) =>
        element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : otherwise;
}
