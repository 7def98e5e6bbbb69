using System.Text.Json;
using System.Text.Json.Nodes;
using NGrammys.Client;
using NGrammys.Client.Protocol;
using NGrammys.Grains.Interfaces.Conversations;

namespace NGrammys.WebFrontend.OpenAi;

/// <summary>A refusal in OpenAI's words: a status, and <c>{"error":{"message","type","param","code"}}</c> as the body.</summary>
internal sealed class ApiError(int status, string type, string message, string? param = null, string? code = null, Exception? inner = null)
    : Exception(message, inner)
{
    private const string Invalid = "invalid_request_error";

    public int Status { get; } = status;

    /// <summary>How long to wait before the next attempt, where that would help.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public JsonObject ToJson() => new()
    {
        ["error"] = new JsonObject { ["message"] = Message, ["type"] = type, ["param"] = param, ["code"] = code },
    };

    public static ApiError InvalidValue(string param, string message) => new(400, Invalid, message, param, "invalid_value");

    public static ApiError Missing(string param) => new(400, Invalid, $"Missing required parameter: '{param}'.", param, "missing_required_parameter");

    public static ApiError InvalidType(string param, string expected, JsonElement got) =>
        new(400, Invalid, $"Invalid type for '{param}': expected {expected}, but got {Name(got.ValueKind)} instead.", param, "invalid_type");

    public static ApiError OutOfRange(string param, string range) =>
        new(400, Invalid, $"Invalid value for '{param}': it must be {range}.", param, "invalid_value");

    /// <summary>A parameter that OpenAI knows and this server does not act on: refused, since without it the answer would be another.</summary>
    public static ApiError Unsupported(string param, string message) => new(400, Invalid, message, param, "unsupported_parameter");

    public static ApiError NotFound(string message, string? param = null, string? code = null) => new(404, Invalid, message, param, code);

    public static ApiError UnknownModel(string model) =>
        NotFound($"The model '{Shorten(model)}' does not exist or is not served here; see /v1/models.", "model", "model_not_found");

    public static ApiError NoJson(string why) => new(400, Invalid, $"The body of the request is no valid JSON: {why}");

    public static ApiError TooLarge(long limit) => new(413, Invalid, $"The body of the request is larger than {limit} bytes.", code: "request_too_large");

    public static ApiError Unauthorized() =>
        new(401, Invalid, "The API key is missing, wrong or revoked. Send it as 'Authorization: Bearer ngk_...'; make one with: ngrammys key create",
            code: "invalid_api_key");

    public static ApiError RateLimited(string message, TimeSpan retryAfter, string type = "requests") =>
        new(429, type, message, code: "rate_limit_exceeded") { RetryAfter = retryAfter };

    public static ApiError Overloaded(string message) =>
        new(429, "rate_limit_error", message, code: "overloaded") { RetryAfter = TimeSpan.FromSeconds(1) };

    public static ApiError Unavailable(string message, Exception? inner = null) =>
        new(503, "service_unavailable", message, code: "service_unavailable", inner: inner) { RetryAfter = TimeSpan.FromSeconds(2) };

    public static ApiError Mistake(Exception inner) => new(500, "server_error", "The server made a mistake; its log says more.", inner: inner);

    /// <summary>What a caller is told of an error, wherever it came from.</summary>
    /// <param name="error">The error.</param>
    /// <param name="promptParam">Parameter that holds the prompt.</param>
    public static ApiError From(Exception error, string promptParam = "messages") => error switch
    {
        ApiError known => known,
        ConversationException refusal => refusal.Error switch
        {
            ConversationError.PromptTooLong => new ApiError(400, Invalid, refusal.Message, promptParam, "context_length_exceeded"),
            ConversationError.ToolsUnsupported => Unsupported("tools", refusal.Message),
            ConversationError.InvalidRequest => new ApiError(400, Invalid, refusal.Message),
            ConversationError.UnknownConversation => NotFound(refusal.Message),
            ConversationError.Conflict or ConversationError.Busy => new ApiError(409, Invalid, refusal.Message),
            ConversationError.Overloaded => Overloaded(refusal.Message),
            ConversationError.RateLimited => RateLimited(refusal.Message, refusal.RetryAfter ?? TimeSpan.FromSeconds(1),
                refusal.Limit is "tokens" or "tokens_per_day" ? "tokens" : "requests"),
            _ => Unavailable(refusal.Message, refusal),
        },
        ChatException { Code: RefusalCode.InvalidRequest } refusal => new ApiError(400, Invalid, refusal.Message),
        ChatException refusal => Unavailable(refusal.Message, refusal),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => TooLarge(ApiBody.LargestBytes),
        BadHttpRequestException bad => new ApiError(bad.StatusCode, Invalid, bad.Message),
        OrleansException or TimeoutException => Unavailable("The model cannot be reached now. Try again in a moment.", error),
        _ => Mistake(error),
    };

    /// <summary>The end of a reply that failed, as an error.</summary>
    public static ApiError From(TurnEnd end) => end.Cause switch
    {
        "Overloaded" => Overloaded(end.Error ?? "The server's queue is full; try again later."),
        "InvalidRequest" => new ApiError(400, Invalid, end.Error ?? "The request is wrong."),
        "ContextLength" => new ApiError(400, Invalid, end.Error ?? "The prompt is too long.", "messages", "context_length_exceeded"),
        _ => Unavailable(end.Error ?? "The reply was lost; send the request again."),
    };

    // What a caller has sent comes back to it, but not a megabyte of it.
    private static string Shorten(string text) => text.Length <= 100 ? text : text[..100] + "…";

    private static string Name(JsonValueKind kind) => kind switch
    {
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        JsonValueKind.Array => "an array",
        JsonValueKind.Object => "an object",
        _ => "null",
    };
}
