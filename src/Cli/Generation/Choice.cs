using System.Text;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Cli.Generation;

/// <summary>One choice of a reply: what was generated, and its text as a person reads it.</summary>
/// <param name="Text">The text before the first stop string.</param>
/// <param name="Reply">The tokens.</param>
internal sealed record Choice(string Text, Generation Reply)
{
    /// <summary>Generates one choice.</summary>
    /// <param name="run">Generates it, and passes on the tokens of each step.</param>
    /// <param name="tokenizer">Tells what tokens mean as text.</param>
    /// <param name="stops">The stop strings.</param>
    /// <param name="show">Called with each piece of settled text.</param>
    public static async Task<Choice> MakeAsync(Func<Action<int[]>, Task<Generation>> run, ITokenizer tokenizer, string[] stops, Action<string> show)
    {
        var detokenizer = new StoppingDetokenizer(tokenizer.CreateDetokenizer(), stops);
        var text = new StringBuilder();
        var reply = await run(tokens =>
        {
            foreach (var token in tokens) Add(detokenizer.Append(token));
        });
        Add(detokenizer.Flush());
        return new Choice(text.ToString(), reply);

        void Add(string settled)
        {
            text.Append(settled);
            show(settled);
        }
    }

    /// <summary>What <c>--json</c> prints of it; log probabilities only where they were asked for.</summary>
    public Dictionary<string, object> ToJson()
    {
        var json = new Dictionary<string, object>
        {
            ["text"] = Text,
            ["tokens"] = Reply.Tokens,
            ["steps"] = Reply.Steps,
            ["tokens_per_call"] = Math.Round(Reply.TokensPerCall, 3),
            ["drafted"] = Reply.Drafted,
            ["accepted"] = Reply.Accepted,
            ["seconds"] = Math.Round(Reply.Elapsed.TotalSeconds, 4),
            ["tokens_per_second"] = Math.Round(Reply.TokensPerSecond, 2),
        };
        if (Reply.LogProbabilities.Length == 0) return json;
        json["logprobs"] = Reply.LogProbabilities.Select(of => new
        {
            token = of.Token,
            logprob = of.LogProbability,
            top = of.Top.Select(top => new { token = top.Token, logprob = top.LogProbability }),
        });
        return json;
    }
}
