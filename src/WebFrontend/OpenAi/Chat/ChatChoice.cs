using System.Text;
using System.Text.Json.Nodes;
using NGrammys.Grains.Interfaces.Conversations;

namespace NGrammys.WebFrontend.OpenAi.Chat;

/// <summary>One alternative of a chat completion while it comes.</summary>
internal sealed class ChatChoice(int index, ChatTools tools, bool logProbabilities)
{
    private readonly StringBuilder _text = new();
    private readonly ToolCallReader _calls = new(tools);
    private readonly JsonArray? _logProbabilities = logProbabilities ? [] : null;
    private IReadOnlyList<ToolCall> _called = [];
    private string _finish = "stop";

    public int Index => index;

    public TurnStatistics Statistics { get; private set; } = new();

    /// <summary>Takes text; returns what can be shown of it.</summary>
    public string Append(string text)
    {
        var shown = _calls.Append(text);
        _text.Append(shown);
        return shown;
    }

    public void Append(JsonArray logProbabilities)
    {
        foreach (var entry in logProbabilities) _logProbabilities?.Add(entry!.DeepClone());
    }

    /// <summary>Takes the end; returns text that was held back until then, the calls, and OpenAI's word for why it ended.</summary>
    public (string Text, IReadOnlyList<ToolCall> Calls, string Finish) End(TurnEnd end)
    {
        (var rest, _called) = _calls.Finish();
        _text.Append(rest);
        Statistics = end.Statistics;
        _finish = end.Finish == "length" ? "length" : _called.Count > 0 ? "tool_calls" : "stop";
        return (rest, _called, _finish);
    }

    public JsonNode ToJson()
    {
        var message = new JsonObject
        {
            ["role"] = "assistant",
            ["content"] = _called.Count > 0 && _text.Length == 0 ? null : _text.ToString(),
            ["refusal"] = null,
            ["annotations"] = new JsonArray(),
        };
        if (_called.Count > 0) message["tool_calls"] = ToJson(_called, numbered: false);
        return new JsonObject
        {
            ["index"] = index,
            ["message"] = message,
            ["logprobs"] = _logProbabilities is null ? null : new JsonObject { ["content"] = _logProbabilities, ["refusal"] = null },
            ["finish_reason"] = _finish,
        };
    }

    /// <summary>Calls as OpenAI writes them; in streams each has its number.</summary>
    public static JsonArray ToJson(IReadOnlyList<ToolCall> calls, bool numbered) => [.. calls.Select((call, i) =>
    {
        var json = new JsonObject
        {
            ["id"] = call.Id,
            ["type"] = "function",
            ["function"] = new JsonObject { ["name"] = call.Name, ["arguments"] = call.Arguments },
        };
        if (numbered) json["index"] = i;
        return (JsonNode)json;
    })];
}
