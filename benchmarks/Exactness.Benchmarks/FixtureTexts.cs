using System.Globalization;
using System.Text.Json.Nodes;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Templates;
using NGrammys.Inference.Tokenization;

namespace NGrammys.Exactness.Benchmarks;

/// <summary>Tokenizers and chat templates of the reference and what it makes of text: how many of its cases come out the same to the last token and byte.</summary>
/// <param name="folder">Holds the folders tokenizers and chat_templates.</param>
internal sealed class FixtureTexts(string folder)
{
    private readonly Dictionary<string, Result> _results = [];

    /// <summary>Cases of a tokenizer: ids of a text with and without special tokens, ids of special tokens as text, and both ways to decode.</summary>
    public Result Tokenizer(string name) => Once(name, () =>
    {
        var path = Path.Combine(folder, "tokenizers", name);
        var tokenizer = Inference.Tokenization.Tokenizer.Load(path);
        var cases = File.ReadLines(Path.Combine(path, "cases.jsonl")).Select(line => JsonNode.Parse(line)!).ToList();
        return new Result(name, cases.Count(test => IsSame(tokenizer, test)), cases.Count);
    });

    /// <summary>Cases of a chat template: the text, or the template's own refusal. Left out is what the reference itself stumbles over.</summary>
    public Result Template(string name) => Once(name, () =>
    {
        var path = Path.Combine(folder, "chat_templates", name);
        var fixture = JsonNode.Parse(File.ReadAllText(path + ".cases.json"))!;
        var template = new ChatTemplate(File.ReadAllText(path + ".jinja"), new StandingClock(fixture["now"]!.GetValue<string>()));
        var cases = fixture["cases"]!.AsArray().Where(test => Expected(test!) is not null).ToList();
        return new Result(name, cases.Count(test => IsSame(template, fixture["special_tokens"]!.AsObject(), test!.AsObject())), cases.Count);
    });

    private Result Once(string name, Func<Result> count) => _results.TryGetValue(name, out var result) ? result : _results[name] = count();

    private static bool IsSame(Tokenizer tokenizer, JsonNode test)
    {
        var (text, ids) = (test["text"]!.GetValue<string>(), Ids("ids"));
        return tokenizer.Encode(text, addSpecial: false, parseSpecial: true).SequenceEqual(ids)
            && tokenizer.Encode(text, addSpecial: true, parseSpecial: true).SequenceEqual(Ids("ids_add_special"))
            && tokenizer.Encode(text, addSpecial: false, parseSpecial: false).SequenceEqual(Ids("ids_special_as_text"))
            && tokenizer.Decode(ids, skipSpecial: false) == test["decoded"]!.GetValue<string>()
            && tokenizer.Decode(ids, skipSpecial: true) == test["decoded_skip_special"]!.GetValue<string>();

        int[] Ids(string field) => [.. test[field]!.AsArray().Select(id => id!.GetValue<int>())];
    }

    private static string? Expected(JsonNode test) => test["rendered"]?.GetValue<string>() ?? Refusal(test);

    private static string? Refusal(JsonNode test)
    {
        const string Prefix = "TemplateError: ";
        return test["error"]?.GetValue<string>() is { } error && error.StartsWith(Prefix, StringComparison.Ordinal) ? error[Prefix.Length..] : null;
    }

    private static bool IsSame(ChatTemplate template, JsonObject specialTokens, JsonObject test)
    {
        var variables = new JsonObject
        {
            ["messages"] = test["messages"]!.DeepClone(),
            ["tools"] = test["tools"]?.DeepClone(),
            ["documents"] = null,
            ["add_generation_prompt"] = test["add_generation_prompt"]!.DeepClone(),
        };
        foreach (var (name, value) in specialTokens.Concat(test["kwargs"]?.AsObject() ?? [])) variables[name] = value?.DeepClone();
        try
        {
            return template.Render(variables) == test["rendered"]?.GetValue<string>();
        }
        catch (ChatTemplateException e)
        {
            return Refusal(test) is { } reason && e.Message.Contains(reason, StringComparison.Ordinal);
        }
    }

    /// <summary>How many cases of a fixture come out as the reference has them.</summary>
    public sealed record Result(string Name, int Same, int Cases)
    {
        /// <summary>Green or not, and how many.</summary>
        public string Score => Same == Cases ? $"✓ {Cases}" : $"✗ {Same} of {Cases}";
    }

    private sealed class StandingClock(string now) : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.Parse(now + "Z", CultureInfo.InvariantCulture);
    }
}
