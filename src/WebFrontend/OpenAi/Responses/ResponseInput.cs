using System.Text.Json;
using NGrammys.WebFrontend.OpenAi.Chat;

namespace NGrammys.WebFrontend.OpenAi.Responses;

/// <summary>What a response is to answer: messages, and instructions in front of them.</summary>
/// <param name="Instructions">System prompt; null = none.</param>
/// <param name="Messages">The rest, as pairs of role (user or assistant) and text; at least one.</param>
internal sealed record ResponseInput(string? Instructions, IReadOnlyList<(string Role, string Text)> Messages)
{
    /// <summary>Reads instructions and input.</summary>
    public static ResponseInput Read(Fields body)
    {
        if (body.Get("input") is not { } input) throw ApiError.Missing("input");
        var instructions = new List<string>();
        if (body.Text("instructions") is { Length: > 0 } first) instructions.Add(first);
        if (input.ValueKind == JsonValueKind.String) return Of(instructions, [("user", input.GetString()!)]);
        if (input.ValueKind != JsonValueKind.Array) throw ApiError.InvalidType("input", "a string or an array of items", input);
        var messages = new List<(string, string)>();
        foreach (var item in body.Objects("input")!)
        {
            if (item.Text("type") is { } type and not "message")
                throw ApiError.Unsupported(item.PathOf("type"), "Items of this type are not supported; send messages.");
            var role = item.Word("role", "user", "assistant", "system", "developer") ?? throw ApiError.Missing(item.PathOf("role"));
            var text = ChatMessages.Content(item) ?? throw ApiError.Missing(item.PathOf("content"));
            if (role is "system" or "developer") instructions.Add(text);
            else messages.Add((role, text));
        }

        return Of(instructions, messages);
    }

    private static ResponseInput Of(List<string> instructions, IReadOnlyList<(string Role, string Text)> messages) =>
        messages.Count > 0 && messages[^1] is ("user", { Length: > 0 })
            ? new ResponseInput(instructions.Count == 0 ? null : string.Join("\n\n", instructions), messages)
            : throw ApiError.InvalidValue("input", "Invalid value for 'input': its last item must be a message of the user's that is not empty.");
}
