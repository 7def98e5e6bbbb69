using System.Text.Json.Nodes;

namespace NGrammys.WebFrontend.OpenAi;

/// <summary>What an answer has cost, in the words of chat and text completions.</summary>
internal static class Usage
{
    /// <summary>OpenAI's usage object.</summary>
    /// <param name="promptTokens">Tokens of the prompt.</param>
    /// <param name="completionTokens">Tokens of all alternatives.</param>
    public static JsonObject ToJson(int promptTokens, int completionTokens) => new()
    {
        ["prompt_tokens"] = promptTokens,
        ["completion_tokens"] = completionTokens,
        ["total_tokens"] = promptTokens + completionTokens,
        ["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = 0, ["audio_tokens"] = 0 },
        ["completion_tokens_details"] = new JsonObject
        {
            ["reasoning_tokens"] = 0,
            ["audio_tokens"] = 0,
            ["accepted_prediction_tokens"] = 0,
            ["rejected_prediction_tokens"] = 0,
        },
    };
}
