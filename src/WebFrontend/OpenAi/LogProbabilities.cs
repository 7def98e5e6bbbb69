using System.Text;
using System.Text.Json.Nodes;
using NGrammys.Grains.Interfaces.Batching;

namespace NGrammys.WebFrontend.OpenAi;

/// <summary>Log probabilities as OpenAI writes them.</summary>
internal static class LogProbabilities
{
    /// <summary>One entry a token, as chat completions and responses have them.</summary>
    public static JsonArray Content(IEnumerable<TokenLikelihood> tokens, Func<int, string> spell) => [.. tokens.Select(token =>
    {
        var entry = Entry(spell(token.Token), token.LogProbability);
        entry["top_logprobs"] = new JsonArray([.. token.TopTokens.Select((top, i) => Entry(spell(top), token.TopLogProbabilities[i]))]);
        return (JsonNode)entry;
    })];

    /// <summary>Tokens whose text must be known for it.</summary>
    public static IEnumerable<int> Tokens(IEnumerable<TokenLikelihood> likelihoods) =>
        likelihoods.SelectMany(token => token.TopTokens.Append(token.Token));

    /// <summary>The least that JSON can say of a token that cannot come at all.</summary>
    public static double Finite(double logProbability) => Math.Max(logProbability, -9999);

    // Half a character has no text of its own, and its bytes are not told.
    private static JsonObject Entry(string text, double logProbability) => new()
    {
        ["token"] = text,
        ["logprob"] = Finite(logProbability),
        ["bytes"] = text.Contains('\uFFFD') ? null : new JsonArray([.. Encoding.UTF8.GetBytes(text).Select(value => JsonValue.Create((int)value))]),
    };
}
