using System.Text.Json;

namespace NGrammys.WebFrontend.OpenAi;

/// <summary>Parameters that another endpoint or another server knows, and that would change the answer there: who sends them here is told, and what to send instead.</summary>
internal static class MisplacedFields
{
    // Those of vLLM and llama.cpp that change what is said and are not known here.
    private static readonly (string Name, string? Instead)[] Foreign =
    [
        ("allowed_token_ids", "logit_bias"), ("bad_words", "logit_bias"), ("continue_final_message", null), ("dry_multiplier", null), ("grammar", "response_format"),
        ("guided_choice", "response_format"), ("guided_grammar", "response_format"), ("guided_json", "response_format"), ("guided_regex", "response_format"),
        ("json_schema", "response_format"), ("logits_processors", null), ("mirostat", null), ("n_predict", "max_completion_tokens"), ("prompt_logprobs", null),
        ("repeat_penalty", "repetition_penalty"), ("structured_outputs", "response_format"), ("use_beam_search", null), ("xtc_probability", null),
    ];

    /// <summary>Refuses the first of them whose value would do anything.</summary>
    /// <param name="body">The request.</param>
    /// <param name="elsewhere">Those of other endpoints, and what to use instead.</param>
    /// <exception cref="ApiError">One is there.</exception>
    public static void Refuse(Fields body, params ReadOnlySpan<(string Name, string? Instead)> elsewhere)
    {
        foreach (var (name, instead) in elsewhere) Refuse(body, name, instead);
        foreach (var (name, instead) in Foreign) Refuse(body, name, instead);
    }

    private static void Refuse(Fields body, string name, string? instead)
    {
        if (body.Get(name) is { } value && !DoesNothing(value))
            throw ApiError.Unsupported(name, $"'{name}' is not supported here{(instead is null ? "." : $"; use {instead}.")}");
    }

    private static bool DoesNothing(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.False => true,
        JsonValueKind.Number => value.TryGetDouble(out var number) && number == 0,
        JsonValueKind.String => value.ValueEquals(""u8),
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        _ => false,
    };
}
