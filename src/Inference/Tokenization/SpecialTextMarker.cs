using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Inference.Tokenization;

/// <summary>Keeps what people and tools wrote from becoming special tokens. Thread-safe.</summary>
/// <remarks>
/// Special tokens must be recognised in what a chat template writes and nowhere else, while merges still run across the seams. So every special token's
/// text inside a variable is broken by a noncharacter, the mark, which is dropped again once special tokens have been cut out. A variable that begins
/// with the end of one, or ends with the beginning of one, is marked there too: else it could complete what the template began.
/// </remarks>
internal sealed class SpecialTextMarker
{
    private static readonly SearchValues<char> WordCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    private readonly TokenizerPipeline _pipeline;
    private readonly AddedTokenSplitter _special;
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _heads;
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _tails;
    private readonly int _longest;

    /// <summary>Prepares it for the special tokens of a tokenizer.</summary>
    public SpecialTextMarker(TokenizerPipeline pipeline)
    {
        var special = pipeline.Added.Where(token => token.Special).ToList();
        (_pipeline, _special) = (pipeline, new AddedTokenSplitter(special));
        // Every proper beginning and end of a special token's text.
        var cuts = special.SelectMany(token => Enumerable.Range(1, token.Content.Length - 1).Select(at => (Head: token.Content[..at], Tail: token.Content[at..]))).ToList();
        _heads = cuts.Select(cut => cut.Head).ToHashSet().GetAlternateLookup<ReadOnlySpan<char>>();
        _tails = cuts.Select(cut => cut.Tail).ToHashSet().GetAlternateLookup<ReadOnlySpan<char>>();
        _longest = special.Select(token => token.Content.Length).DefaultIfEmpty().Max();
    }

    /// <summary>A copy of a template's variables with their texts and names marked.</summary>
    /// <param name="variables">What the template sees.</param>
    /// <param name="template">Its source, in which the mark must not stand either.</param>
    /// <param name="mark">The noncharacter that was chosen.</param>
    /// <exception cref="NGrammysException">There is no way to write these texts without a special token.</exception>
    public JsonObject Mark(JsonObject variables, string template, out char mark)
    {
        var chosen = mark = Free(Texts(variables).Append(template));
        return (JsonObject)Copy(variables, text => Mark(text, chosen))!;
    }

    private string Mark(string text, char mark)
    {
        if (!Suspicious(text)) return text;
        var (first, last) = (text.Length - text.AsSpan().TrimStart().Length, text.AsSpan().TrimEnd().Length - 1);
        var marked = new StringBuilder(text.Length + 8);
        for (var i = 0; i < text.Length; i++)
        {
            if (i == first && CompletesSpecial(text.AsSpan(i))) marked.Append(mark);
            marked.Append(text[i]);
            if (_special.Begins(text.AsSpan(i)) || (i == last && OpensSpecial(text.AsSpan(0, i + 1)))) marked.Append(mark);
        }

        var safe = marked.ToString();
        if (!_pipeline.FindsSpecial(safe)) return safe;

        // Tokens that are looked for in normalised text can hide behind other characters: nothing is left to normalise together.
        safe = string.Join(mark, text.EnumerateRunes());
        return _pipeline.FindsSpecial(safe)
            ? throw new NGrammysException("A message holds the text of a special token of one character, which this model cannot read as text; leave it out.")
            : safe;
    }

    // Most texts need no mark at all. A bare word, such as a role that templates compare, never gets one at its ends.
    private bool Suspicious(string text)
    {
        var inner = text.AsSpan().Trim();
        var word = inner.IndexOfAnyExcept(WordCharacters) < 0;
        return !word && (CompletesSpecial(inner) || OpensSpecial(inner)) || _pipeline.FindsSpecial(text);
    }

    private bool CompletesSpecial(ReadOnlySpan<char> text)
    {
        for (var length = Math.Min(text.Length, _longest); length > 0; length--)
        {
            if (_tails.Contains(text[..length])) return true;
        }

        return false;
    }

    private bool OpensSpecial(ReadOnlySpan<char> text)
    {
        for (var length = Math.Min(text.Length, _longest); length > 0; length--)
        {
            if (_heads.Contains(text[^length..])) return true;
        }

        return false;
    }

    private static char Free(IEnumerable<string> texts)
    {
        var used = texts.SelectMany(text => text).Where(c => c is >= '\uFDD0' and <= '\uFDEF').ToHashSet();
        for (var mark = '\uFDD0'; mark <= '\uFDEF'; mark++)
        {
            if (!used.Contains(mark)) return mark;
        }

        throw new NGrammysException("The messages use all of Unicode's noncharacters U+FDD0 to U+FDEF; leave one of them out.");
    }

    private static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => Texts(member.Value).Append(member.Key)),
        JsonArray items => items.SelectMany(Texts),
        JsonValue value when value.TryGetValue<string>(out var text) => [text],
        _ => [],
    };

    private static JsonNode? Copy(JsonNode? node, Func<string, string> mark) => node switch
    {
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(mark(member.Key), Copy(member.Value, mark)))),
        JsonArray items => new JsonArray([.. items.Select(item => Copy(item, mark))]),
        JsonValue value when value.TryGetValue<string>(out var text) => JsonValue.Create(mark(text)),
        _ => node?.DeepClone(),
    };
}
