using System.Text.Json;

namespace NGrammys.WebFrontend.OpenAi.Chat;

/// <summary>The tools that a model is shown, and how it may use them.</summary>
internal sealed record ChatTools
{
    private const int Most = 128;

    /// <summary>No tools.</summary>
    public static ChatTools None { get; } = new() { Names = new HashSet<string>() };

    /// <summary>The tools as the template reads them, a JSON array; null = none are shown.</summary>
    public string? Json { get; private init; }

    /// <summary>Names of the functions.</summary>
    public required IReadOnlySet<string> Names { get; init; }

    /// <summary>Whether one reply may call several.</summary>
    public bool Parallel { get; private init; } = true;

    /// <summary>Reads tools, tool_choice and parallel_tool_calls.</summary>
    public static ChatTools Read(Fields body)
    {
        var tools = body.Objects("tools") ?? [];
        if (tools.Count > Most) throw ApiError.OutOfRange("tools", $"an array of at most {Most} tools");
        var names = tools.Select(Name).ToHashSet(StringComparer.Ordinal);
        var shown = Choice(body, tools.Count > 0) && tools.Count > 0;
        var parallel = body.Flag("parallel_tool_calls") ?? true;
        return shown ? new ChatTools { Json = body.Get("tools")!.Value.GetRawText(), Names = names, Parallel = parallel } : None;
    }

    private static string Name(Fields tool)
    {
        if (tool.RequiredText("type") != "function") throw ApiError.Unsupported(tool.PathOf("type"), "Tools of this type are not supported; use functions.");
        var function = tool.Object("function") ?? throw ApiError.Missing(tool.PathOf("function"));
        function.Text("description");
        function.Object("parameters");
        if (function.Flag("strict") == true)
            throw ApiError.Unsupported(function.PathOf("strict"), "Strict arguments are not supported here: what a model calls a tool with is not constrained.");
        return function.RequiredText("name") is { Length: > 0 and <= 64 } name ? name
            : throw ApiError.OutOfRange(function.PathOf("name"), "a name of 1 to 64 characters");
    }

    // Whether the tools are shown at all.
    private static bool Choice(Fields body, bool any)
    {
        if (body.Get("tool_choice") is not { } choice) return true;
        if (!any) throw ApiError.InvalidValue("tool_choice", "Invalid value for 'tool_choice': it needs 'tools'.");
        if (choice.ValueKind == JsonValueKind.Object) throw Forced();
        return body.Word("tool_choice", "none", "auto", "required") switch { "none" => false, "auto" => true, _ => throw Forced() };
    }

    private static ApiError Forced() =>
        ApiError.Unsupported("tool_choice", "A model cannot be made to call a tool here; use 'auto' or 'none'.");
}
