using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NGrammys.WebFrontend.OpenAi.Chat;

/// <summary>Turns a request's messages into those that chat templates read: plain text, and the arguments of tool calls as objects.</summary>
internal static class ChatMessages
{
    /// <summary>Reads the messages; at least one.</summary>
    /// <exception cref="ApiError">One of them is not what it should be; the error names it.</exception>
    public static JsonArray Read(Fields body, string name = "messages")
    {
        var messages = body.Objects(name) ?? throw ApiError.Missing(name);
        return messages.Count > 0 ? [.. messages.Select(Read)] : throw ApiError.OutOfRange(name, "an array of at least one message");
    }

    /// <summary>Text that is given as a string, or as an array of parts that are text.</summary>
    public static string? Content(Fields message, string name = "content")
    {
        if (message.Get(name) is not { } content) return null;
        if (content.ValueKind == JsonValueKind.String) return content.GetString();
        if (content.ValueKind != JsonValueKind.Array) throw ApiError.InvalidType(message.PathOf(name), "a string or an array of parts", content);
        return string.Join('\n', message.Objects(name)!.Select(part => part.RequiredText("type") switch
        {
            "text" or "input_text" or "output_text" => part.RequiredText("text"),
            "refusal" => part.RequiredText("refusal"),
            var type => throw ApiError.Unsupported(part.PathOf("type"), $"Parts of type '{Cut(type)}' are not supported: this model reads text alone."),
        }));
    }

    private static JsonNode Read(Fields message)
    {
        var role = message.RequiredText("role");
        var read = new JsonObject { ["role"] = role switch { "developer" => "system", "system" or "user" or "assistant" or "tool" => role, _ => throw UnknownRole(message) } };
        if (message.Has("function_call")) throw ApiError.Unsupported(message.PathOf("function_call"), "Calls are told as 'tool_calls'.");
        if (message.Has("audio")) throw ApiError.Unsupported(message.PathOf("audio"), "This model reads text alone.");
        var calls = role == "assistant" ? message.Objects("tool_calls") : null;
        read["content"] = Content(message) ?? (calls is { Count: > 0 } ? "" : throw ApiError.Missing(message.PathOf("content")));
        if (message.Text("name") is { } name) read["name"] = name;
        if (role == "tool") read["tool_call_id"] = message.RequiredText("tool_call_id");
        if (calls is { Count: > 0 }) read["tool_calls"] = new JsonArray([.. calls.Select(ToolCall)]);
        return read;
    }

    private static JsonNode ToolCall(Fields call)
    {
        var function = call.Object("function") ?? throw ApiError.Missing(call.PathOf("function"));
        return new JsonObject
        {
            ["id"] = call.RequiredText("id"),
            ["type"] = "function",
            ["function"] = new JsonObject { ["name"] = function.RequiredText("name"), ["arguments"] = Arguments(function) },
        };
    }

    private static JsonNode Arguments(Fields function)
    {
        try
        {
            var arguments = Encoding.UTF8.GetBytes(function.RequiredText("arguments"));
            if (JsonNode.Parse(arguments, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) is JsonObject read) return read;
        }
        catch (JsonException)
        {
            // Said below.
        }

        throw ApiError.OutOfRange(function.PathOf("arguments"), "a JSON object, written as a string");
    }

    private static ApiError UnknownRole(Fields message) => ApiError.OutOfRange(message.PathOf("role"), "one of developer, system, user, assistant, tool");

    private static string Cut(string text) => text.Length <= 40 ? text : text[..40];
}
