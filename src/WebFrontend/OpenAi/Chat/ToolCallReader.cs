using System.Text;
using System.Text.Json;

namespace NGrammys.WebFrontend.OpenAi.Chat;

/// <summary>A call of a function that a model has written.</summary>
/// <param name="Id">Fresh.</param>
/// <param name="Name">The function.</param>
/// <param name="Arguments">JSON.</param>
internal sealed record ToolCall(string Id, string Name, string Arguments);

/// <summary>
/// Tells tool calls from text in what a model writes: blocks between tool_call tags, as the Hermes and Qwen templates ask for them, or a reply that is one
/// JSON object or array of name and arguments, as those of Llama and Mistral do. What turns out to be no call is text.
/// </summary>
/// <param name="tools">The tools that were shown; with none everything is text.</param>
internal sealed class ToolCallReader(ChatTools tools)
{
    private const string Open = "<tool_call>";
    private const string Close = "</tool_call>";
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private readonly StringBuilder _held = new();
    private bool _said;

    /// <summary>Takes what was written next; returns the text that is certainly no call.</summary>
    public string Append(string text)
    {
        if (tools.Json is null) return text;
        _held.Append(text);
        var held = _held.ToString();
        if (!_said && held.TrimStart() is var start && (start.Length == 0 || start[0] is '{' or '[')) return "";
        var settled = held.IndexOf(Open, StringComparison.Ordinal) is var tag and >= 0 ? tag : held.Length - LongestBeginning(held);
        _held.Remove(0, settled);
        _said |= settled > 0;
        return held[..settled];
    }

    /// <summary>The end of the reply: the calls, or what was held back as text.</summary>
    public (string Text, IReadOnlyList<ToolCall> Calls) Finish()
    {
        var held = _held.ToString();
        var calls = held.StartsWith(Open, StringComparison.Ordinal) ? Blocks(held) : _said ? null : Whole(held);
        if (calls is not { Count: > 0 }) return (held, []);
        return ("", tools.Parallel ? calls : calls[..1]);
    }

    private List<ToolCall>? Blocks(string text)
    {
        var calls = new List<ToolCall>();
        foreach (var block in text.Split(Open, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var end = block.IndexOf(Close, StringComparison.Ordinal);
            if (Parse(end < 0 ? block : block[..end]) is not { } parsed) return null;
            calls.AddRange(parsed);
        }

        return calls;
    }

    private List<ToolCall>? Whole(string text) => text.TrimStart() is ['{' or '[', ..] json ? Parse(json) : null;

    private List<ToolCall>? Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Strict);
            var root = document.RootElement;
            var calls = (root.ValueKind == JsonValueKind.Array ? [.. root.EnumerateArray()] : (JsonElement[])[root]).Select(Call).ToList();
            return calls.Contains(null) ? null : calls.ConvertAll(call => call!);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private ToolCall? Call(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("name", out var name) || name.ValueKind != JsonValueKind.String
            || !tools.Names.Contains(name.GetString()!)) return null;
        if (!json.TryGetProperty("arguments", out var arguments) && !json.TryGetProperty("parameters", out arguments)) return null;
        return new ToolCall($"call_{Guid.NewGuid():N}", name.GetString()!, arguments.ValueKind == JsonValueKind.String ? arguments.GetString()! : arguments.GetRawText());
    }

    private static int LongestBeginning(string text)
    {
        for (var length = Math.Min(Open.Length - 1, text.Length); length > 0; length--)
        {
            if (text.EndsWith(Open[..length], StringComparison.Ordinal)) return length;
        }

        return 0;
    }
}
