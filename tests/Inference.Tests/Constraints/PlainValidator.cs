using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace NGrammys.Inference.Tests.Constraints;

/// <summary>A second opinion on what is valid: reads the specification keyword by keyword and knows nothing of grammars.</summary>
internal static class PlainValidator
{
    public static bool IsValid(JsonElement schema, JsonElement value) => IsValid(schema, schema, value);

    private static bool IsValid(JsonElement root, JsonElement schema, JsonElement value)
    {
        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False) return schema.ValueKind == JsonValueKind.True;
        return schema.EnumerateObject().All(keyword => Keyword(root, schema, keyword.Name, keyword.Value, value));
    }

    private static bool Keyword(JsonElement root, JsonElement schema, string name, JsonElement said, JsonElement value)
    {
        bool Valid(JsonElement inner) => IsValid(root, inner, value);
        switch (name)
        {
            case "$ref": return Valid(Find(root, said.GetString()!));
            case "type": return said.ValueKind == JsonValueKind.Array ? said.EnumerateArray().Any(type => Is(type.GetString()!, value)) : Is(said.GetString()!, value);
            case "const": return JsonElement.DeepEquals(said, value);
            case "enum": return said.EnumerateArray().Any(known => JsonElement.DeepEquals(known, value));
            case "allOf": return said.EnumerateArray().All(Valid);
            case "anyOf": return said.EnumerateArray().Any(Valid);
            case "oneOf": return said.EnumerateArray().Count(Valid) == 1;
            case "not": return !Valid(said);
            case "if": return !schema.TryGetProperty(Valid(said) ? "then" : "else", out var branch) || Valid(branch);
        }

        return value.ValueKind switch
        {
            JsonValueKind.Number => OfNumber(name, said, Number(value)),
            JsonValueKind.String => OfString(name, said, value.GetString()!),
            JsonValueKind.Array => OfArray(root, schema, name, said, value),
            JsonValueKind.Object => OfObject(root, schema, name, said, value),
            _ => true,
        };
    }

    private static bool OfNumber(string name, JsonElement said, decimal number) => name switch
    {
        "minimum" => number >= said.GetDecimal(),
        "maximum" => number <= said.GetDecimal(),
        "exclusiveMinimum" => number > said.GetDecimal(),
        "exclusiveMaximum" => number < said.GetDecimal(),
        "multipleOf" => number is decimal.MaxValue or decimal.MinValue || number % said.GetDecimal() == 0,
        _ => true,
    };

    private static bool OfString(string name, JsonElement said, string text) => name switch
    {
        "minLength" => text.EnumerateRunes().Count() >= said.GetInt32(),
        "maxLength" => text.EnumerateRunes().Count() <= said.GetInt32(),
        "pattern" => Regex.IsMatch(text, said.GetString()!),
        "format" => said.GetString() != "date" || DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) || text.StartsWith("0000", StringComparison.Ordinal),
        _ => true,
    };

    private static bool OfArray(JsonElement root, JsonElement schema, string name, JsonElement said, JsonElement value)
    {
        var prefix = schema.TryGetProperty("prefixItems", out var first) ? first.GetArrayLength() : 0;
        return name switch
        {
            "minItems" => value.GetArrayLength() >= said.GetInt32(),
            "maxItems" => value.GetArrayLength() <= said.GetInt32(),
            "items" => value.EnumerateArray().Skip(prefix).All(item => IsValid(root, said, item)),
            "prefixItems" => value.EnumerateArray().Zip(said.EnumerateArray()).All(pair => IsValid(root, pair.Second, pair.First)),
            _ => true,
        };
    }

    private static bool OfObject(JsonElement root, JsonElement schema, string name, JsonElement said, JsonElement value)
    {
        string[] names = [.. value.EnumerateObject().Select(property => property.Name).Distinct()];
        return name switch
        {
            "required" => said.EnumerateArray().All(wanted => names.Contains(wanted.GetString())),
            "minProperties" => names.Length >= said.GetInt32(),
            "maxProperties" => names.Length <= said.GetInt32(),
            "propertyNames" => names.All(own => IsValid(root, said, JsonSerializer.SerializeToElement(own))),
            "properties" => said.EnumerateObject().All(property => !names.Contains(property.Name) || IsValid(root, property.Value, value.GetProperty(property.Name))),
            "patternProperties" => said.EnumerateObject().All(property => names.All(own => !Regex.IsMatch(own, property.Name) || IsValid(root, property.Value, value.GetProperty(own)))),
            "additionalProperties" => names.All(own => Known(schema, own) || IsValid(root, said, value.GetProperty(own))),
            "dependentRequired" => said.EnumerateObject().All(property => !names.Contains(property.Name) || property.Value.EnumerateArray().All(wanted => names.Contains(wanted.GetString()))),
            _ => true,
        };
    }

    private static bool Known(JsonElement schema, string name) =>
        (schema.TryGetProperty("properties", out var properties) && properties.TryGetProperty(name, out _))
        || (schema.TryGetProperty("patternProperties", out var patterns) && patterns.EnumerateObject().Any(pattern => Regex.IsMatch(name, pattern.Name)));

    private static bool Is(string type, JsonElement value) => type switch
    {
        "null" => value.ValueKind == JsonValueKind.Null,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.ValueKind == JsonValueKind.Number && (decimal.IsInteger(Number(value)) || value.GetRawText().All(char.IsAsciiDigit)),
        "number" => value.ValueKind == JsonValueKind.Number,
        "string" => value.ValueKind == JsonValueKind.String,
        "array" => value.ValueKind == JsonValueKind.Array,
        _ => value.ValueKind == JsonValueKind.Object,
    };

    // No schema here asks for more than the sign of what is too large for a decimal.
    private static decimal Number(JsonElement value) => decimal.TryParse(value.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        ? number
        : value.GetRawText()[0] == '-' ? decimal.MinValue : decimal.MaxValue;

    private static JsonElement Find(JsonElement root, string reference) =>
        reference[1..].Split('/', StringSplitOptions.RemoveEmptyEntries).Aggregate(root, (element, key) => element.GetProperty(key));
}
