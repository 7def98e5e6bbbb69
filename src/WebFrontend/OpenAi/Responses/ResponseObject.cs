using System.Text.Json.Nodes;
using NGrammys.Client.Protocol;
using NGrammys.WebFrontend.OpenAi.Conversations;

namespace NGrammys.WebFrontend.OpenAi.Responses;

/// <summary>A response as it is told: what is known of it from the beginning, and what it has come to.</summary>
internal sealed record ResponseObject
{
    public required string Id { get; init; }

    public required string MessageId { get; init; }

    public required string Model { get; init; }

    public required DateTimeOffset Created { get; init; }

    public Guid? Conversation { get; init; }

    /// <summary>What asked for it; null where it is read again, since settings are not told then.</summary>
    public ResponseRequest? Request { get; init; }

    /// <summary>The object while it is being made.</summary>
    public JsonObject Running(string status = "in_progress") => Write(status, null, null, null);

    /// <summary>The object when it is over.</summary>
    public JsonObject Ended(string? finish, string? error, string text, TurnStatistics statistics) =>
        Write(StatusOf(finish), text, statistics, finish == FinishReason.Error ? error ?? "The reply was lost." : null);

    /// <summary>OpenAI's word for how a turn ended; null = it runs.</summary>
    public static string StatusOf(string? finish) => finish switch
    {
        null => "in_progress",
        FinishReason.Stop => "completed",
        FinishReason.Length => "incomplete",
        FinishReason.Cancelled => "cancelled",
        _ => "failed",
    };

    /// <summary>The message that a response consists of.</summary>
    public JsonObject Message(string status, string? text) => new()
    {
        ["type"] = "message",
        ["id"] = MessageId,
        ["status"] = status == "completed" ? "completed" : status == "in_progress" ? "in_progress" : "incomplete",
        ["role"] = "assistant",
        ["content"] = text is null ? [] : new JsonArray(Part(text)),
    };

    /// <summary>The part that its message consists of.</summary>
    public static JsonObject Part(string text) => new()
    {
        ["type"] = "output_text",
        ["text"] = text,
        ["annotations"] = new JsonArray(),
        ["logprobs"] = new JsonArray(),
    };

    private JsonObject Write(string status, string? text, TurnStatistics? statistics, string? error)
    {
        var settings = Request?.Settings;
        return new JsonObject
        {
            ["id"] = Id,
            ["object"] = "response",
            ["created_at"] = Created.ToUnixTimeSeconds(),
            ["status"] = status,
            ["background"] = Request?.Background ?? false,
            ["error"] = error is null ? null : new JsonObject { ["code"] = "server_error", ["message"] = error },
            ["incomplete_details"] = status == "incomplete" ? new JsonObject { ["reason"] = "max_output_tokens" } : null,
            ["instructions"] = Request?.Input.Instructions,
            ["conversation"] = Conversation is { } conversation ? new JsonObject { ["id"] = ConversationId.Of(conversation) } : null,
            ["max_output_tokens"] = settings?.MaxTokens is { } most and not int.MaxValue ? most : null,
            ["model"] = Model,
            ["output"] = text is null ? [] : new JsonArray(Message(status, text)),
            ["parallel_tool_calls"] = true,
            ["previous_response_id"] = Request?.Previous?.ToString(),
            ["store"] = Request?.Store ?? true,
            ["temperature"] = settings?.Temperature,
            ["text"] = new JsonObject { ["format"] = (Request?.Format ?? ReplyFormat.Text).Json.DeepClone() },
            ["tool_choice"] = "auto",
            ["tools"] = new JsonArray(),
            ["top_p"] = settings?.TopP,
            ["truncation"] = settings is { RefusesToCut: false } ? "auto" : "disabled",
            ["usage"] = statistics is null ? null : new JsonObject
            {
                ["input_tokens"] = statistics.PromptTokens,
                ["input_tokens_details"] = new JsonObject { ["cached_tokens"] = statistics.CachedTokens },
                ["output_tokens"] = statistics.Tokens,
                ["output_tokens_details"] = new JsonObject { ["reasoning_tokens"] = 0 },
                ["total_tokens"] = statistics.PromptTokens + statistics.Tokens,
            },
            ["metadata"] = new JsonObject((Request?.Metadata ?? []).Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
        };
    }
}
