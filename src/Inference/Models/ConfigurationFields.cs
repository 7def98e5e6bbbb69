using System.Text.Json;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Inference.Models;

/// <summary>Fields of a JSON object of config.json. A field that is left out has its family's default; one that is null has none.</summary>
/// <param name="Path">The file, for messages.</param>
/// <param name="Root">The object.</param>
/// <param name="Defaults">What the family's reference implementation takes for fields that are left out.</param>
internal readonly record struct ConfigurationFields(string Path, JsonElement Root, JsonElement Defaults)
{
    /// <summary>The field, or null where it is left out without default, or null.</summary>
    public JsonElement? Find(string name)
    {
        if (!Root.TryGetProperty(name, out var value) && (Defaults.ValueKind != JsonValueKind.Object || !Defaults.TryGetProperty(name, out value))) return null;
        return value.ValueKind == JsonValueKind.Null ? null : value;
    }

    public bool Has(string name) => Find(name) is not null;

    public string? Text(string name) => Find(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    public bool Flag(string name) => Find(name) is { ValueKind: JsonValueKind.True };

    /// <summary>A positive whole number, null where there is none.</summary>
    public int? Count(string name)
    {
        if (Find(name) is not { } value) return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number is > 0 and <= int.MaxValue && number == Math.Floor(number)
            ? (int)number
            : throw Unsupported($"'{name}' must be a positive whole number");
    }

    public int Number(string name, int? otherwise = null) => Count(name) ?? otherwise ?? throw Unsupported($"'{name}' is missing");

    /// <summary>A finite number, null where there is none.</summary>
    public double? Real(string name)
    {
        if (Find(name) is not { } value) return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number)
            ? number
            : throw Unsupported($"'{name}' is no number");
    }

    /// <summary>A number above 0.</summary>
    public double Positive(string name, double? otherwise = null) =>
        (Real(name) ?? otherwise ?? throw Unsupported($"'{name}' is missing")) is > 0 and var number ? number : throw Unsupported($"'{name}' must be positive");

    /// <summary>Numbers, or null where there is no array.</summary>
    public double[]? Reals(string name)
    {
        if (Find(name) is not { } value) return null;
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.Number))
            throw Unsupported($"'{name}' must be an array of numbers");
        return [.. value.EnumerateArray().Select(item => item.GetDouble())];
    }

    /// <summary>The fields of an object in a field, or null.</summary>
    public ConfigurationFields? Object(string name) =>
        Find(name) is { ValueKind: JsonValueKind.Object } value ? new ConfigurationFields(Path, value, default) : null;

    public NGrammysException Unsupported(string why) => new($"'{Path}': {why}.");
}
