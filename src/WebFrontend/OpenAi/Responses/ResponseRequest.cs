using System.Text.Json;
using NGrammys.Grains.Interfaces.Conversations;
using NGrammys.WebFrontend.OpenAi.Conversations;

namespace NGrammys.WebFrontend.OpenAi.Responses;

/// <summary>A request to /v1/responses, read and checked.</summary>
internal sealed record ResponseRequest
{
    public required string Model { get; init; }

    public required ResponseInput Input { get; init; }

    public required bool Store { get; init; }

    public required StreamFields Stream { get; init; }

    public required bool Background { get; init; }

    /// <summary>The response that this one follows.</summary>
    public required ResponseId? Previous { get; init; }

    /// <summary>The conversation that it is part of.</summary>
    public required Guid? Conversation { get; init; }

    public required TurnSettings Settings { get; init; }

    public required Dictionary<string, string> Metadata { get; init; }

    public required ReplyFormat Format { get; init; }

    /// <summary>Reads a body.</summary>
    /// <exception cref="ApiError">It is not in order.</exception>
    public static ResponseRequest Read(Fields body)
    {
        var model = body.RequiredText("model");
        var input = ResponseInput.Read(body);
        Refuse(body);
        var stream = body.Flag("stream") ?? false;
        var format = ReplyFormat.Read(body.Object("text")?.Object("format"), inner: null);
        var request = new ResponseRequest
        {
            Model = model,
            Input = input,
            Store = body.Flag("store") ?? true,
            Stream = new StreamFields(stream, Usage: true, body.Object("stream_options")?.Flag("include_obfuscation") ?? true),
            Background = body.Flag("background") ?? false,
            Previous = body.Text("previous_response_id") is { } previous ? ResponseId.Parse(previous, "previous_response_id") : null,
            Conversation = ReadConversation(body),
            Metadata = body.Metadata(),
            Format = format,
            Settings = SamplingFields.Read(body) with
            {
                MaxTokens = (int)(body.Whole("max_output_tokens", 1, int.MaxValue) ?? int.MaxValue),
                SystemPrompt = input.Instructions,
                Constraint = format.Constraint,
                RefusesToCut = body.Word("truncation", "auto", "disabled") != "auto",
                Background = body.Flag("background") ?? false,
            },
        };
        request.Check();
        return request;
    }

    private void Check()
    {
        if (Previous is not null && Conversation is not null)
            throw ApiError.InvalidValue("previous_response_id", "'previous_response_id' and 'conversation' exclude each other.");
        if (Store && Input.Messages.Count > 1)
        {
            throw ApiError.Unsupported("input", "A stored response answers one message; what was said before is named by previous_response_id or conversation. "
                + "Send it with store: false to give the history yourself.");
        }

        if (Store) return;
        if (Background) throw ApiError.InvalidValue("background", "What runs in the background must be stored: leave store at true.");
        if (Conversation is not null) throw ApiError.InvalidValue("conversation", "What is said in a conversation is stored: leave store at true.");
        if (!Settings.RefusesToCut) throw ApiError.Unsupported("truncation", "With store: false the input is not cut; shorten it yourself.");
    }

    private static Guid? ReadConversation(Fields body)
    {
        if (body.Get("conversation") is not { } conversation) return null;
        var id = conversation.ValueKind == JsonValueKind.Object ? body.Object("conversation")!.Value.RequiredText("id") : body.Text("conversation")!;
        return ConversationId.Parse(id, "conversation");
    }

    private static void Refuse(Fields body)
    {
        if (body.Items("tools") is { Count: > 0 }) throw ApiError.Unsupported("tools", "Responses call no tools here; use /v1/chat/completions for functions.");
        if (body.Get("tool_choice") is { ValueKind: JsonValueKind.Object } || body.Get("tool_choice") is { ValueKind: JsonValueKind.String } choice && choice.GetString() is not ("auto" or "none"))
            throw ApiError.Unsupported("tool_choice", "Responses call no tools here.");
        if (body.Items("include") is { Count: > 0 }) throw ApiError.Unsupported("include", "Nothing more than the response itself can be included.");
        if (body.Whole("top_logprobs", 0, 20) is > 0) throw ApiError.Unsupported("top_logprobs", "Log probabilities are not kept; use /v1/chat/completions.");
        MisplacedFields.Refuse(body, ("messages", "input"), ("max_tokens", "max_output_tokens"), ("max_completion_tokens", "max_output_tokens"), ("response_format", "text.format"),
            ("logprobs", "/v1/chat/completions"), ("chat_template_kwargs", "/v1/chat/completions"), ("functions", null), ("context_management", "truncation"),
            ("echo", "/v1/completions"), ("suffix", null), ("best_of", null));
        if (body.Has("prompt")) throw ApiError.Unsupported("prompt", "There are no prompt templates here.");
        if (body.Has("n")) throw ApiError.Unsupported("n", "A response has one alternative.");
        body.Word("service_tier", "auto", "default", "flex", "scale", "priority");
        body.Object("reasoning");
        body.Object("text")?.Word("verbosity", "low", "medium", "high");
        body.Flag("parallel_tool_calls");
        body.Whole("max_tool_calls", 0, int.MaxValue);
        foreach (var name in (ReadOnlySpan<string>)["user", "safety_identifier", "prompt_cache_key"]) body.Text(name);
    }
}
