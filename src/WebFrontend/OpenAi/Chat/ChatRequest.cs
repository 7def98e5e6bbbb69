using System.Text.Json;
using NGrammys.Grains.Interfaces.Batching;
using NGrammys.Grains.Interfaces.Completions;
using NGrammys.Grains.Interfaces.Conversations;

namespace NGrammys.WebFrontend.OpenAi.Chat;

/// <summary>A request to /v1/chat/completions, read and checked.</summary>
internal sealed record ChatRequest
{
    private const int MostChoices = 128;

    public required string Model { get; init; }

    public required string Messages { get; init; }

    public required ChatTools Tools { get; init; }

    public required TurnSettings Settings { get; init; }

    public required int Choices { get; init; }

    public required StreamFields Stream { get; init; }

    public required string? TemplateVariables { get; init; }

    public bool LogProbabilities => Settings.TopLogProbabilities is not null;

    /// <summary>Reads a body. What OpenAI knows and this server does not act on is refused where it would change the answer.</summary>
    /// <exception cref="ApiError">It is not in order.</exception>
    public static ChatRequest Read(Fields body)
    {
        var model = body.RequiredText("model");
        var messages = ChatMessages.Read(body);
        Refuse(body);
        var tools = ChatTools.Read(body);
        return new ChatRequest
        {
            Model = model,
            Messages = messages.ToJsonString(),
            Tools = tools,
            Choices = (int)(body.Whole("n", 1, MostChoices) ?? 1),
            Stream = StreamFields.Read(body),
            TemplateVariables = body.Object("chat_template_kwargs")?.Json.GetRawText(),
            Settings = SamplingFields.Read(body) with
            {
                MaxTokens = (int?)(body.Whole("max_completion_tokens", 1, int.MaxValue) ?? body.Whole("max_tokens", 1, int.MaxValue)) ?? int.MaxValue,
                TopLogProbabilities = TopLogProbabilities(body),
                Prediction = Prediction(body),
                Constraint = Constraint(tools, ReplyFormat.Read(body.Object("response_format"), inner: "json_schema")),
            },
        };
    }

    public CompletionRequest ToGrain() => new()
    {
        Prompt = new CompletionPrompt { Messages = Messages, Tools = Tools.Json, Variables = TemplateVariables },
        Choices = Choices,
        Settings = Settings,
    };

    private static string? Prediction(Fields body)
    {
        if (body.Object("prediction") is not { } prediction) return null;
        if (prediction.RequiredText("type") != "content") throw ApiError.OutOfRange(prediction.PathOf("type"), "content");
        return ChatMessages.Content(prediction) ?? throw ApiError.Missing(prediction.PathOf("content"));
    }

    // A call that is forced is the whole reply; where a call is one way to answer, a format is the other.
    private static ReplyConstraint? Constraint(ChatTools tools, ReplyFormat format) =>
        tools.Forced.Count > 0 ? new ReplyConstraint("jsonSchema", ToolSchema.Of(tools.Forced, reply: null))
        : tools.Shown.Count > 0 && format.Schema is { } schema ? new ReplyConstraint("jsonSchema", ToolSchema.Of(tools.Shown, schema))
        : tools.Strict is { } call ? new ReplyConstraint("toolCalls", call)
        : format.Constraint;

    private static int? TopLogProbabilities(Fields body)
    {
        var asked = body.Flag("logprobs") ?? false;
        var top = (int?)body.Whole("top_logprobs", 0, 20);
        if (top is not null && !asked) throw ApiError.InvalidValue("top_logprobs", "Invalid value for 'top_logprobs': it needs 'logprobs' to be true.");
        return asked ? top ?? 0 : null;
    }

    private static void Refuse(Fields body)
    {
        foreach (var name in (ReadOnlySpan<string>)["audio", "functions", "function_call", "web_search_options"])
        {
            if (body.Has(name)) throw ApiError.Unsupported(name, $"'{name}' is not supported here.");
        }

        MisplacedFields.Refuse(body, ("max_output_tokens", "max_completion_tokens"), ("input", "messages"), ("prompt", "messages"), ("instructions", "a system message"),
            ("text", "response_format"), ("previous_response_id", "/v1/responses"), ("conversation", "/v1/responses"), ("background", "/v1/responses"),
            ("truncation", "/v1/responses"), ("echo", "/v1/completions"), ("suffix", null), ("best_of", "n"));
        if (body.Flag("store") == true)
            throw ApiError.Unsupported("store", "Chat completions are not kept; use /v1/responses for what is to be stored.");
        if (body.Items("modalities") is { } modalities && modalities.Any(item => item.ValueKind != JsonValueKind.String || item.GetString() != "text"))
            throw ApiError.Unsupported("modalities", "This model writes text alone.");
        body.Metadata();
        body.Word("reasoning_effort", "none", "minimal", "low", "medium", "high", "xhigh");
        body.Word("verbosity", "low", "medium", "high");
        body.Word("service_tier", "auto", "default", "flex", "scale", "priority");
        foreach (var name in (ReadOnlySpan<string>)["user", "safety_identifier", "prompt_cache_key", "prompt_cache_retention"]) body.Text(name);
    }
}
