using System.Globalization;
using System.Text.Json;
using NGrammys.Grains.Interfaces.Batching;
using NGrammys.Grains.Interfaces.Conversations;

namespace NGrammys.WebFrontend.OpenAi;

/// <summary>The parameters that say how tokens are chosen: OpenAI's, and those that vLLM and llama.cpp have added to them.</summary>
internal static class SamplingFields
{
    private const int MostStops = 4;

    /// <summary>Reads them. How long the reply may be and log probabilities have other names in each endpoint, and are set by it.</summary>
    public static TurnSettings Read(Fields body)
    {
        var speculation = body.Object("speculation");
        return new TurnSettings
        {
            Temperature = body.Number("temperature", 0, 2),
            TopP = TopP(body),
            TopK = body.Whole("top_k", -1, int.MaxValue) is { } k ? (int)Math.Max(0, k) : null, // vLLM writes -1 for all
            MinP = body.Number("min_p", 0, 1),
            TypicalP = body.Number("typical_p", double.Epsilon, 1),
            PresencePenalty = body.Number("presence_penalty", -2, 2),
            FrequencyPenalty = body.Number("frequency_penalty", -2, 2),
            RepetitionPenalty = body.Number("repetition_penalty", double.Epsilon, 100),
            Seed = (ulong?)body.Whole("seed", long.MinValue, long.MaxValue),
            LogitBias = LogitBias(body),
            Stop = Stop(body),
            StopTokens = [.. (body.Items("stop_token_ids") ?? []).Select((item, i) => Id(item, $"stop_token_ids[{i}]"))],
            IgnoreEndOfSequence = body.Flag("ignore_eos") ?? false,
            MinTokens = (int?)body.Whole("min_tokens", 0, int.MaxValue),
            MaxDraftNodes = speculation?.Word("mode", "auto", "off") == "off" ? 0 : (int?)speculation?.Whole("max_nodes", 0, 1024),
            MaxDraftDepth = (int?)speculation?.Whole("max_depth", 1, 1024),
        };
    }

    // The nucleus is never empty: 0 keeps the most probable token.
    private static double? TopP(Fields body) => body.Number("top_p", 0, 1) is { } p ? Math.Max(p, double.Epsilon) : null;

    private static string[] Stop(Fields body)
    {
        if (body.Get("stop") is not { } stop) return [];
        if (stop.ValueKind == JsonValueKind.String) return stop.GetString() is { Length: > 0 } one ? [one] : [];
        if (stop.ValueKind != JsonValueKind.Array) throw ApiError.InvalidType("stop", "a string or an array of strings", stop);
        if (stop.GetArrayLength() > MostStops) throw ApiError.OutOfRange("stop", $"at most {MostStops} strings");
        return [.. stop.EnumerateArray().Select((item, i) => item.ValueKind != JsonValueKind.String
            ? throw ApiError.InvalidType($"stop[{i}]", "a string", item)
            : item.GetString() is { Length: > 0 } text ? text : throw ApiError.OutOfRange($"stop[{i}]", "a text that is not empty"))];
    }

    private static LogitBias[] LogitBias(Fields body)
    {
        if (body.Object("logit_bias") is not { } map) return [];
        var biases = new Dictionary<int, double>();
        foreach (var member in map.Json.EnumerateObject())
        {
            if (!int.TryParse(member.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var token))
                throw ApiError.InvalidValue("logit_bias", "Invalid key in 'logit_bias': keys are token ids.");
            biases[token] = map.Number(member.Name, -100, 100) ?? 0;
        }

        return [.. biases.Select(bias => new LogitBias(bias.Key, bias.Value))];
    }

    private static int Id(JsonElement item, string param) =>
        item.ValueKind != JsonValueKind.Number ? throw ApiError.InvalidType(param, "an integer", item)
        : item.TryGetInt32(out var id) && id >= 0 ? id
        : throw ApiError.OutOfRange(param, "a token id");
}
