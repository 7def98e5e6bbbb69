using System.Text.Json.Nodes;
using NGrammys.Grains.Interfaces.Conversations;

namespace NGrammys.WebFrontend.OpenAi;

/// <summary>What an answer has cost, in the words of chat and text completions.</summary>
internal static class Usage
{
    /// <summary>OpenAI's usage object.</summary>
    /// <param name="promptTokens">Tokens of the prompt.</param>
    /// <param name="choices">All alternatives.</param>
    public static JsonObject ToJson(int promptTokens, IReadOnlyCollection<TurnStatistics> choices) => ToJson(
        promptTokens, choices.Sum(choice => choice.Tokens), choices.Select(choice => choice.CachedTokens).DefaultIfEmpty().Min(),
        choices.Sum(choice => choice.AcceptedPrediction), choices.Sum(choice => choice.PredictionTokens));

    private static JsonObject ToJson(int promptTokens, int completionTokens, int cached, int accepted, int predicted) => new()
    {
        ["prompt_tokens"] = promptTokens,
        ["completion_tokens"] = completionTokens,
        ["total_tokens"] = promptTokens + completionTokens,
        ["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = cached, ["audio_tokens"] = 0 },
        ["completion_tokens_details"] = new JsonObject
        {
            ["reasoning_tokens"] = 0,
            ["audio_tokens"] = 0,
            ["accepted_prediction_tokens"] = accepted,
            ["rejected_prediction_tokens"] = Math.Max(0, predicted - accepted),
        },
    };
}
