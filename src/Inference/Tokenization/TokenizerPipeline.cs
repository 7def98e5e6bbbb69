using System.Buffers;
using System.Text;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Inference.Tokenization;

/// <summary>
/// The steps of encoding: added tokens are cut out, what lies between is normalised, cut into words, and each word encoded. And the way back.
/// </summary>
/// <remarks>The order of the steps is that of the `tokenizers` library of Hugging Face, whose ids it gives.</remarks>
internal sealed class TokenizerPipeline
{
    private readonly Func<string, string> _normalize;
    private readonly AddedTokenSplitter _asTyped;
    private readonly AddedTokenSplitter _normalized;

    /// <summary>Prepares the pipeline.</summary>
    /// <param name="added">Tokens to cut out.</param>
    /// <param name="normalize">Applied to what lies between them.</param>
    /// <param name="normalizeToken">Applied to the text of those that are looked for in normalised text, where that is something else.</param>
    public TokenizerPipeline(IReadOnlyList<AddedToken> added, Func<string, string> normalize, Func<string, string>? normalizeToken = null)
    {
        (Added, _normalize) = (added, normalize);
        _asTyped = new AddedTokenSplitter(added.Where(t => !t.Normalized));
        _normalized = new AddedTokenSplitter(added.Where(t => t.Normalized).Select(t => t with { Content = (normalizeToken ?? normalize)(t.Content) }));
    }

    /// <summary>Tokens that are cut out.</summary>
    public IReadOnlyList<AddedToken> Added { get; }

    /// <summary>Cuts normalised text into words.</summary>
    public required PreTokenizer Split { get; init; }

    /// <summary>Encodes a word.</summary>
    public required IWordEncoder Words { get; init; }

    /// <summary>Ids that the tokenizer itself puts before a text.</summary>
    public required int[] Before { get; init; }

    /// <summary>Ids that the tokenizer itself puts behind a text.</summary>
    public required int[] After { get; init; }

    /// <summary>What the tokens stand for.</summary>
    public required TokenText Tokens { get; init; }

    /// <summary>Encodes text; see <see cref="ITokenizer.Encode"/>.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="addSpecial">Put <see cref="Before"/> and <see cref="After"/> around it.</param>
    /// <param name="parseSpecial">Recognise special tokens.</param>
    /// <param name="mark">A character that is left out of words: where it stands in the text of an added token, that token is not recognised.</param>
    public int[] Encode(string text, bool addSpecial, bool parseSpecial, char? mark = null)
    {
        var ids = new List<int>(text.Length / 3);
        if (addSpecial) ids.AddRange(Before);
        text = WellFormed(text);
        foreach (var outer in _asTyped.Split(text, parseSpecial))
        {
            if (outer.Token is { } token)
            {
                ids.Add(token);
                continue;
            }

            var normalized = _normalize(text[outer.Start..outer.End]);
            foreach (var inner in _normalized.Split(normalized, parseSpecial))
            {
                if (inner.Token is { } normalizedToken) ids.Add(normalizedToken);
                else EncodePlain(normalized[inner.Start..inner.End], outer.Start == 0 && inner.Start == 0, mark, ids);
            }
        }

        if (addSpecial) ids.AddRange(After);
        return [.. ids];
    }

    /// <summary>Whether encoding would find a special token in a text.</summary>
    public bool FindsSpecial(string text)
    {
        foreach (var outer in _asTyped.Split(text, parseSpecial: true))
        {
            if (outer.Token is { } token && Tokens.IsSpecial(token)) return true;
            if (outer.Token is null && _normalized.Split(_normalize(text[outer.Start..outer.End]), parseSpecial: true)
                .Any(inner => inner.Token is { } normalized && Tokens.IsSpecial(normalized)))
                return true;
        }

        return false;
    }

    /// <summary>Decodes ids; see <see cref="ITokenizer.Decode"/>.</summary>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecial)
    {
        var bytes = new ArrayBufferWriter<byte>(ids.Length * 4 + 1);
        foreach (var id in ids)
        {
            if (!(skipSpecial && Tokens.IsSpecial(id))) bytes.Write(Tokens[id]);
        }

        var text = Encoding.UTF8.GetString(bytes.WrittenSpan);
        return Tokens.StripsLeadingSpace && text.StartsWith(' ') ? text[1..] : text;
    }

    private void EncodePlain(string text, bool first, char? mark, List<int> ids)
    {
        if (mark is { } character) text = text.Replace(character.ToString(), "", StringComparison.Ordinal);
        if (text.Length == 0) return;
        foreach (var word in Split(text, first)) Words.Encode(word, ids);
    }

    private static string WellFormed(string text) => text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0
        ? text
        : string.Concat(text.EnumerateRunes());
}
