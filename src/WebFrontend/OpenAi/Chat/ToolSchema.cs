using System.Text.Json;
using System.Text.Json.Nodes;

namespace NGrammys.WebFrontend.OpenAi.Chat;

/// <summary>The JSON Schema of a reply that calls one of some functions: <c>{"name": …, "arguments": …}</c>, as <see cref="ToolCallReader"/> reads it.</summary>
internal static class ToolSchema
{
    /// <summary>A function and the schema of its arguments; null = an object of any kind.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Parameters">The schema.</param>
    /// <param name="Strict">Whether a call that need not have come is held to it, too.</param>
    public readonly record struct Function(string Name, JsonElement? Parameters, bool Strict);

    /// <summary>Composes it.</summary>
    /// <param name="functions">Those that may be called; at least one.</param>
    /// <param name="reply">Schema of what may be said instead of a call; null = only a call may be.</param>
    public static string Of(IReadOnlyList<Function> functions, string? reply)
    {
        var alternatives = functions.Select(function => (JsonNode)new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject
            {
                ["name"] = new JsonObject { ["const"] = function.Name },
                ["arguments"] = function.Parameters is { } parameters ? JsonNode.Parse(parameters.GetRawText()) : new JsonObject { ["type"] = "object" },
            },
            ["required"] = new JsonArray("name", "arguments"),
            ["additionalProperties"] = false,
        }).ToList();
        for (var i = 0; i < alternatives.Count; i++) Move(alternatives[i]["properties"]!["arguments"]!, $"#/anyOf/{i}/properties/arguments");
        if (reply is not null)
        {
            var instead = JsonNode.Parse(reply)!;
            Move(instead, $"#/anyOf/{alternatives.Count}");
            alternatives.Add(instead);
        }

        return new JsonObject { ["anyOf"] = new JsonArray([.. alternatives]) }.ToJsonString();
    }

    // A schema that refers into itself lies elsewhere now.
    private static void Move(JsonNode node, string root)
    {
        if (node is JsonArray array)
        {
            foreach (var item in array) if (item is not null) Move(item, root);
        }
        else if (node is JsonObject members)
        {
            foreach (var (name, value) in members.ToList())
            {
                if (name == "$ref" && value is JsonValue text && text.TryGetValue<string>(out var reference) && reference.StartsWith('#'))
                    members[name] = root + reference[1..];
                else if (value is not null && name is not ("const" or "enum" or "default" or "examples"))
                    Move(value, root);
            }
        }
    }
}
