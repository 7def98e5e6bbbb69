using System.Text.Json.Nodes;
using NGrammys.Grains.Interfaces.Conversations;

namespace NGrammys.WebFrontend.OpenAi.Chat;

/// <summary>The objects of one answer of /v1/chat/completions; what they have in common is the same in all of them.</summary>
internal sealed class ChatAnswer(string model, string fingerprint, DateTimeOffset created)
{
    private readonly string _id = $"chatcmpl-{Guid.NewGuid():N}";

    /// <summary>The whole answer.</summary>
    public JsonObject Completion(IEnumerable<ChatChoice> choices, int promptTokens)
    {
        var ended = choices.ToArray();
        var answer = Head("chat.completion");
        answer["choices"] = new JsonArray([.. ended.Select(choice => choice.ToJson())]);
        Conclude(answer, ended, promptTokens);
        return answer;
    }

    /// <summary>A piece of one alternative.</summary>
    public JsonObject Chunk(int choice, JsonObject delta, JsonArray? logProbabilities = null, string? finish = null)
    {
        var chunk = Head("chat.completion.chunk");
        chunk["choices"] = new JsonArray(new JsonObject
        {
            ["index"] = choice,
            ["delta"] = delta,
            ["logprobs"] = logProbabilities is null ? null : new JsonObject { ["content"] = logProbabilities, ["refusal"] = null },
            ["finish_reason"] = finish,
        });
        return chunk;
    }

    /// <summary>The last event of a stream that was asked to tell the usage.</summary>
    public JsonObject UsageChunk(IReadOnlyList<ChatChoice> choices, int promptTokens)
    {
        var chunk = Head("chat.completion.chunk");
        chunk["choices"] = new JsonArray();
        Conclude(chunk, choices, promptTokens);
        return chunk;
    }

    /// <summary>Adds usage and statistics.</summary>
    public static void Conclude(JsonObject answer, IReadOnlyList<ChatChoice> choices, int promptTokens)
    {
        TurnStatistics[] statistics = [.. choices.Select(choice => choice.Statistics)];
        answer["usage"] = Usage.ToJson(promptTokens, statistics);
        AddStatistics(answer, statistics);
    }

    /// <summary>Adds statistics of speculation: those of llama.cpp speak of one reply, so they are told of the first.</summary>
    public static void AddStatistics(JsonObject answer, IReadOnlyList<TurnStatistics> statistics)
    {
        answer["timings"] = SpeculationStatistics.Timings(statistics[0]);
        answer["metrics"] = SpeculationStatistics.Metrics([.. statistics]);
    }

    private JsonObject Head(string kind) => new()
    {
        ["id"] = _id,
        ["object"] = kind,
        ["created"] = created.ToUnixTimeSeconds(),
        ["model"] = model,
        ["service_tier"] = "default",
        ["system_fingerprint"] = fingerprint,
    };
}
