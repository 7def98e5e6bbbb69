using System.Text.Json;
using NGrammys.Grains.Interfaces.Completions;
using NGrammys.Grains.Interfaces.Conversations;

namespace NGrammys.WebFrontend.OpenAi.Completions;

/// <summary>A request to /v1/completions, read and checked.</summary>
internal sealed record TextRequest
{
    private const int DefaultMaxTokens = 16;
    private const int MostPrompts = 128;

    public required string Model { get; init; }

    public required IReadOnlyList<CompletionPrompt> Prompts { get; init; }

    public required int Choices { get; init; }

    public required bool Echo { get; init; }

    public required StreamFields Stream { get; init; }

    public required TurnSettings Settings { get; init; }

    /// <summary>Reads a body.</summary>
    /// <exception cref="ApiError">It is not in order.</exception>
    public static TextRequest Read(Fields body)
    {
        var request = new TextRequest
        {
            Model = body.RequiredText("model"),
            Prompts = ReadPrompts(body),
            Choices = (int)(body.Whole("n", 1, 128) ?? 1),
            Echo = body.Flag("echo") ?? false,
            Stream = StreamFields.Read(body),
            Settings = SamplingFields.Read(body) with
            {
                MaxTokens = (int)(body.Whole("max_tokens", 1, int.MaxValue) ?? DefaultMaxTokens),
                TopLogProbabilities = (int?)body.Whole("logprobs", 0, 5),
            },
        };
        MisplacedFields.Refuse(body, ("messages", "/v1/chat/completions"), ("input", "prompt"), ("instructions", "prompt"), ("max_completion_tokens", "max_tokens"),
            ("max_output_tokens", "max_tokens"), ("response_format", "/v1/chat/completions"), ("tools", "/v1/chat/completions"), ("functions", null), ("top_logprobs", "logprobs"),
            ("chat_template_kwargs", "/v1/chat/completions"), ("previous_response_id", "/v1/responses"), ("conversation", "/v1/responses"));
        if (request.Prompts.Count * request.Choices > MostPrompts) throw ApiError.OutOfRange("prompt", $"such that prompts times n are at most {MostPrompts}");
        if (body.Text("suffix") is { Length: > 0 }) throw ApiError.Unsupported("suffix", "Text cannot be filled in before a suffix here.");
        if (body.Whole("best_of", 0, 20) is { } best && best > request.Choices)
            throw ApiError.Unsupported("best_of", "Alternatives are not ranked here: best_of must not be larger than n.");
        if (request.Echo && request.Settings.TopLogProbabilities is not null)
            throw ApiError.Unsupported("echo", "Log probabilities of a prompt are not computed; use echo without logprobs.");
        body.Text("user");
        return request;
    }

    private static IReadOnlyList<CompletionPrompt> ReadPrompts(Fields body)
    {
        if (body.Get("prompt") is not { } prompt) throw ApiError.Missing("prompt");
        if (prompt.ValueKind == JsonValueKind.String) return [Text(prompt)];
        if (prompt.ValueKind != JsonValueKind.Array) throw ApiError.InvalidType("prompt", "a string, an array of strings, or token ids", prompt);
        JsonElement[] items = [.. prompt.EnumerateArray()];
        if (items.Length == 0) throw ApiError.OutOfRange("prompt", "an array that is not empty");
        if (items[0].ValueKind == JsonValueKind.Number) return [Ids(prompt, "prompt")];
        return [.. items.Select((item, i) => item.ValueKind switch
        {
            JsonValueKind.String => Text(item),
            JsonValueKind.Array => Ids(item, $"prompt[{i}]"),
            _ => throw ApiError.InvalidType($"prompt[{i}]", "a string or token ids", item),
        })];
    }

    private static CompletionPrompt Text(JsonElement text) => new() { Text = text.GetString() };

    private static CompletionPrompt Ids(JsonElement ids, string param) => new()
    {
        Ids = [.. ids.EnumerateArray().Select((id, i) => id.ValueKind != JsonValueKind.Number
            ? throw ApiError.InvalidType($"{param}[{i}]", "an integer", id)
            : id.TryGetInt32(out var token) ? token : throw ApiError.OutOfRange($"{param}[{i}]", "a token id"))],
    };
}
