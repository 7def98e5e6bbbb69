using System.Text;
using System.Text.Json.Nodes;
using NGrammys.Grains.Interfaces.Batching;
using NGrammys.Grains.Interfaces.Conversations;

namespace NGrammys.WebFrontend.OpenAi.Completions;

/// <summary>One alternative of a text completion while it comes.</summary>
internal sealed class TextChoice(int index)
{
    private readonly StringBuilder _text = new();
    private readonly List<(TokenLikelihood Token, Func<int, string> Spell)> _likelihoods = [];
    private int _offset;
    private string _finish = "stop";

    public TurnStatistics Statistics { get; private set; } = new();

    /// <summary>Puts the prompt in front.</summary>
    public void Echo(string prompt)
    {
        _text.Append(prompt);
        _offset = prompt.Length;
    }

    public void Append(string text) => _text.Append(text);

    public void Append(IEnumerable<TokenLikelihood> tokens, Func<int, string> spell) => _likelihoods.AddRange(tokens.Select(token => (token, spell)));

    public void End(TurnEnd end) => (Statistics, _finish) = (end.Statistics, end.Finish == "length" ? "length" : "stop");

    /// <summary>The whole alternative.</summary>
    public JsonNode ToJson() => Take(_finish);

    /// <summary>What has come since it was last taken.</summary>
    public JsonNode Take(string? finish)
    {
        var taken = new JsonObject
        {
            ["text"] = _text.ToString(),
            ["index"] = index,
            ["logprobs"] = _likelihoods.Count == 0 ? null : TakeLikelihoods(),
            ["finish_reason"] = finish,
        };
        _text.Clear();
        return taken;
    }

    public string Finish => _finish;

    public bool HasNews => _text.Length > 0 || _likelihoods.Count > 0;

    private JsonObject TakeLikelihoods()
    {
        var (tokens, values, tops, offsets) = (new JsonArray(), new JsonArray(), new JsonArray(), new JsonArray());
        foreach (var (token, spell) in _likelihoods)
        {
            var text = spell(token.Token);
            tokens.Add(text);
            values.Add(LogProbabilities.Finite(token.LogProbability));
            var top = new JsonObject();
            for (var i = 0; i < token.TopTokens.Length; i++) top[spell(token.TopTokens[i])] = LogProbabilities.Finite(token.TopLogProbabilities[i]);
            tops.Add(top);
            offsets.Add(_offset);
            _offset += text.Length;
        }

        _likelihoods.Clear();
        return new JsonObject { ["tokens"] = tokens, ["token_logprobs"] = values, ["top_logprobs"] = tops, ["text_offset"] = offsets };
    }
}
