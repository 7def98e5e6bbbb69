using System.Text.Json;

namespace NGrammys.WebFrontend.OpenAi;

/// <summary>The members of one JSON object of a request. What is null counts as absent; what is of the wrong type is refused by its name.</summary>
/// <param name="json">The object.</param>
/// <param name="path">Its own name in the request; empty for the body.</param>
internal readonly struct Fields(JsonElement json, string path = "")
{
    public JsonElement Json => json;

    public string PathOf(string name) => path.Length == 0 ? name : $"{path}.{name}";

    public JsonElement? Get(string name) => json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public bool Has(string name) => Get(name) is not null;

    public string? Text(string name) => Get(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw ApiError.InvalidType(PathOf(name), "a string", value);

    public string RequiredText(string name) => Text(name) ?? throw ApiError.Missing(PathOf(name));

    /// <summary>One of some words.</summary>
    public string? Word(string name, params ReadOnlySpan<string> words)
    {
        if (Text(name) is not { } text) return null;
        foreach (var word in words)
        {
            if (word == text) return text;
        }

        throw ApiError.OutOfRange(PathOf(name), $"one of {string.Join(", ", words)}");
    }

    public bool? Flag(string name) => Get(name) is not { } value ? null
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw ApiError.InvalidType(PathOf(name), "a boolean", value);

    public double? Number(string name, double least, double most)
    {
        if (Get(name) is not { } value) return null;
        if (value.ValueKind != JsonValueKind.Number) throw ApiError.InvalidType(PathOf(name), "a number", value);
        return value.TryGetDouble(out var number) && number >= least && number <= most ? number
            : throw ApiError.OutOfRange(PathOf(name), $"from {least} to {most}");
    }

    public long? Whole(string name, long least, long most)
    {
        if (Get(name) is not { } value) return null;
        if (value.ValueKind != JsonValueKind.Number) throw ApiError.InvalidType(PathOf(name), "an integer", value);
        if (value.TryGetInt64(out var number) && number >= least && number <= most) return number;
        throw ApiError.OutOfRange(PathOf(name), most == long.MaxValue ? $"an integer of at least {least}" : $"an integer from {least} to {most}");
    }

    public Fields? Object(string name) => Get(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Object ? new Fields(value, PathOf(name))
        : throw ApiError.InvalidType(PathOf(name), "an object", value);

    public IReadOnlyList<JsonElement>? Items(string name) => Get(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()]
        : throw ApiError.InvalidType(PathOf(name), "an array", value);

    /// <summary>The objects of an array.</summary>
    public IReadOnlyList<Fields>? Objects(string name)
    {
        var full = PathOf(name);
        return Items(name)?.Select((item, i) => item.ValueKind == JsonValueKind.Object
            ? new Fields(item, $"{full}[{i}]")
            : throw ApiError.InvalidType($"{full}[{i}]", "an object", item)).ToArray();
    }

    /// <summary>Up to 16 pairs of short texts, as OpenAI keeps them beside things; empty if there are none.</summary>
    public Dictionary<string, string> Metadata(string name = "metadata")
    {
        if (Object(name) is not { } pairs) return [];
        var read = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in pairs.Json.EnumerateObject())
        {
            if (pair.Value.ValueKind != JsonValueKind.String) throw ApiError.InvalidType($"{PathOf(name)}.{pair.Name}", "a string", pair.Value);
            if (pair.Name.Length > 64 || pair.Value.GetString()!.Length > 512)
                throw ApiError.OutOfRange(PathOf(name), "keys of at most 64 and values of at most 512 characters");
            read[pair.Name] = pair.Value.GetString()!;
        }

        return read.Count <= 16 ? read : throw ApiError.OutOfRange(PathOf(name), "an object of at most 16 pairs");
    }
}
