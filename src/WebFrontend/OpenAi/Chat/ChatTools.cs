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

    /// <summary>Those that the reply must call one of; empty where it may say what it likes.</summary>
    public IReadOnlyList<ToolSchema.Function> Forced { get; private init; } = [];

    /// <summary>All that the model is shown.</summary>
    public IReadOnlyList<ToolSchema.Function> Shown { get; private init; } = [];

    /// <summary>Schema that every call is held to where the reply may also be a text; null = none is.</summary>
    public string? Strict => Forced.Count == 0 && Shown.Any(function => function.Strict)
        ? ToolSchema.Of([.. Shown.Select(function => function.Strict ? function : function with { Parameters = null })], reply: null)
        : null;

    /// <summary>Reads tools, tool_choice and parallel_tool_calls.</summary>
    public static ChatTools Read(Fields body)
    {
        var tools = body.Objects("tools") ?? [];
        if (tools.Count > Most) throw ApiError.OutOfRange("tools", $"an array of at most {Most} tools");
        var functions = tools.Select(ReadFunction).ToList();
        var parallel = body.Flag("parallel_tool_calls") ?? true;
        var choice = body.Get("tool_choice");
        if (choice is not null && functions.Count == 0) throw ApiError.InvalidValue("tool_choice", "Invalid value for 'tool_choice': it needs 'tools'.");
        var forced = choice is null ? [] : choice.Value.ValueKind == JsonValueKind.Object ? [Named(body.Object("tool_choice")!.Value, functions)]
            : body.Word("tool_choice", "none", "auto", "required") == "required" ? functions : [];
        if (functions.Count == 0 || (choice is { ValueKind: JsonValueKind.String } word && word.GetString() == "none")) return None;
        return new ChatTools
        {
            Json = body.Get("tools")!.Value.GetRawText(),
            Names = functions.Select(function => function.Name).ToHashSet(StringComparer.Ordinal),
            Parallel = parallel,
            Shown = functions,
            Forced = forced,
        };
    }

    private static ToolSchema.Function ReadFunction(Fields tool)
    {
        if (tool.RequiredText("type") != "function") throw ApiError.Unsupported(tool.PathOf("type"), "Tools of this type are not supported; use functions.");
        var function = tool.Object("function") ?? throw ApiError.Missing(tool.PathOf("function"));
        function.Text("description");
        var strict = function.Flag("strict") ?? false;
        return function.RequiredText("name") is { Length: > 0 and <= 64 } name ? new ToolSchema.Function(name, function.Object("parameters")?.Json, strict)
            : throw ApiError.OutOfRange(function.PathOf("name"), "a name of 1 to 64 characters");
    }

    private static ToolSchema.Function Named(Fields choice, List<ToolSchema.Function> functions)
    {
        if (choice.RequiredText("type") != "function") throw ApiError.Unsupported(choice.PathOf("type"), "Only a function can be chosen.");
        var function = choice.Object("function") ?? throw ApiError.Missing(choice.PathOf("function"));
        var name = function.RequiredText("name");
        return functions.Find(each => each.Name == name) is { Name: not null } found ? found
            : throw ApiError.InvalidValue(function.PathOf("name"), $"Invalid value for '{function.PathOf("name")}': it is none of 'tools'.");
    }
}
