using System.Text.Json;
using System.Text.RegularExpressions;

namespace NGrammys.Inference.Tokenization;

/// <summary>Cuts a normalised text between two added tokens into words.</summary>
/// <param name="text">The text.</param>
/// <param name="first">Whether it opens the input.</param>
internal delegate IEnumerable<string> PreTokenizer(string text, bool first);

/// <summary>Reads the "pre_tokenizer" of a tokenizer.json.</summary>
internal static class PreTokenizerReader
{
    /// <summary>Builds the pre-tokenizer and says whether it hands over bytes.</summary>
    /// <exception cref="NotSupportedException">Part of it is unknown here.</exception>
    public static (PreTokenizer Split, bool ByteLevel) Read(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Null) return ((text, _) => [text], false);
        switch (element.GetProperty("type").GetString())
        {
            case "Sequence":
                var steps = element.GetProperty("pretokenizers").EnumerateArray().Select(Read).ToList();
                return (steps.Select(s => s.Split).Aggregate(Then), steps.Any(s => s.ByteLevel));
            case "ByteLevel":
                // GPT-2's pattern, unless a Split stands before it.
                var words = element.Flag("use_regex", true) ? Matching(ByteLevelKind.Gpt2.Words, SplitBehavior.Isolated) : (text, _) => [text];
                return (element.Flag("add_prefix_space", true) ? Then((text, _) => [text.StartsWith(' ') ? text : " " + text], words) : words, true);
            case "Split":
                var behavior = Enum.Parse<SplitBehavior>(element.GetProperty("behavior").GetString()!);
                if (!Enum.IsDefined(behavior)) throw new NotSupportedException($"a Split of the behavior {behavior}");
                return (Matching(Pattern(element.GetProperty("pattern")), behavior, element.Flag("invert")), false);
            case "Digits":
                return (Matching(element.Flag("individual_digits") ? @"\p{N}" : @"\p{N}+", SplitBehavior.Isolated), false);
            case "Metaspace":
                return (Metaspace(element), false);
            case var type:
                throw new NotSupportedException($"the pre-tokenizer {type}");
        }
    }

    private static PreTokenizer Metaspace(JsonElement element)
    {
        var space = element.GetProperty("replacement").GetString();
        if (space is not { Length: 1 }) throw new FormatException("the replacement of a Metaspace is one character");
        var unnamed = element.Flag("add_prefix_space", true) ? "always" : "never";
        var scheme = element.TryGetProperty("prepend_scheme", out var named) ? named.GetString() : unnamed;
        PreTokenizer escape = (text, first) =>
        {
            text = text.Replace(" ", space, StringComparison.Ordinal);
            var prepend = (scheme == "always" || (scheme == "first" && first)) && !text.StartsWith(space, StringComparison.Ordinal);
            return [prepend ? space + text : text];
        };
        return element.Flag("split", true) ? Then(escape, Matching(Regex.Escape(space), SplitBehavior.MergedWithNext)) : escape;
    }

    private static string Pattern(JsonElement element) => element.TryGetProperty("Regex", out var regex)
        ? regex.GetString()!
        : Regex.Escape(element.GetProperty("String").GetString()!);

    private static PreTokenizer Matching(string pattern, SplitBehavior behavior, bool invert = false)
    {
        var split = new SplitPattern(pattern, behavior, invert);
        return (text, _) => split.Split(text);
    }

    private static PreTokenizer Then(PreTokenizer left, PreTokenizer right) =>
        (text, first) => left(text, first).SelectMany((part, index) => right(part, first && index == 0));
}
