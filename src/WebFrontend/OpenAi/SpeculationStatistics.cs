using System.Text.Json.Nodes;
using NGrammys.Grains.Interfaces.Conversations;

namespace NGrammys.WebFrontend.OpenAi;

/// <summary>What speculation did for one request, in the words of llama.cpp (<c>timings</c>) and of vLLM (<c>metrics</c>), which other programs read.</summary>
/// <remarks>All counters are taken after the reply was cut at a stop or at its longest length: they never tell of tokens that nobody saw.</remarks>
internal static class SpeculationStatistics
{
    /// <summary>llama.cpp's object. draft_n and draft_n_accepted are there only where a draft was verified.</summary>
    public static JsonObject Timings(TurnStatistics statistics)
    {
        var (promptMs, predictedMs) = (statistics.TimeToFirstToken * 1000, statistics.Seconds * 1000);
        var timings = new JsonObject
        {
            ["cache_n"] = 0,
            ["prompt_n"] = statistics.PromptTokens,
            ["prompt_ms"] = promptMs,
            ["prompt_per_token_ms"] = Ratio(promptMs, statistics.PromptTokens),
            ["prompt_per_second"] = Ratio(statistics.PromptTokens, statistics.TimeToFirstToken),
            ["predicted_n"] = statistics.Tokens,
            ["predicted_ms"] = predictedMs,
            ["predicted_per_token_ms"] = Ratio(predictedMs, statistics.Tokens),
            ["predicted_per_second"] = Ratio(statistics.Tokens, statistics.Seconds),
        };
        if (statistics.Drafted > 0)
        {
            timings["draft_n"] = statistics.Drafted;
            timings["draft_n_accepted"] = statistics.Accepted;
        }

        return timings;
    }

    /// <summary>vLLM's object, of all alternatives together. speculative_decoding is null where no draft was verified.</summary>
    public static JsonObject Metrics(IReadOnlyCollection<TurnStatistics> choices)
    {
        var tokens = choices.Sum(choice => choice.Tokens);
        var seconds = choices.Max(choice => choice.Seconds);
        var histogram = new int[choices.Max(choice => choice.Histogram.ToArray().Length)];
        foreach (var choice in choices)
        {
            var counts = choice.Histogram.ToArray();
            for (var i = 0; i < counts.Length; i++) histogram[i] += counts[i];
        }

        return new JsonObject
        {
            ["time_to_first_token_ms"] = choices.Min(choice => choice.TimeToFirstToken) * 1000,
            ["generation_time_ms"] = seconds * 1000,
            ["mean_itl_ms"] = Ratio(choices.Sum(choice => choice.Seconds) * 1000, tokens - choices.Count),
            ["tokens_per_second"] = Ratio(tokens, seconds),
            ["num_steps"] = choices.Sum(choice => choice.Steps),
            ["speculative_decoding"] = histogram.Length == 0 ? null : Speculation(choices, histogram),
        };
    }

    private static JsonObject Speculation(IReadOnlyCollection<TurnStatistics> choices, int[] histogram)
    {
        var (steps, drafted, accepted) = (histogram.Sum(), choices.Sum(choice => choice.Drafted), choices.Sum(choice => choice.Accepted));
        var perPosition = new JsonArray();
        for (var position = 1; position < histogram.Length; position++) perPosition.Add(histogram[position..].Sum() / (double)steps);
        return new JsonObject
        {
            ["mean_acceptance_length"] = 1 + accepted / (double)steps,
            ["draft_acceptance_rate"] = Ratio(accepted, drafted),
            ["acceptance_rate_per_position"] = perPosition,
            ["acceptance_histogram"] = new JsonArray([.. histogram.Select(count => JsonValue.Create(count))]),
            ["num_spec_steps"] = steps,
            ["num_accepted_draft_tokens"] = accepted,
            ["num_draft_tokens"] = drafted,
        };
    }

    private static double Ratio(double of, double by) => by > 0 ? of / by : 0;
}
