using System.Text;

namespace NGrammys.Inference.Tokenization;

/// <summary>
/// Byte pair encoding over characters in which a character outside the vocabulary becomes the tokens of its UTF-8 bytes (Llama 2, Gemma).
/// </summary>
/// <remarks>
/// Such vocabularies come without a rule that cuts text into words, so a whole message would be merged as one. It is cut where no token of the
/// vocabulary spans: no merge can reach across such a place, so the ids are the same and the time stays linear.
/// </remarks>
internal sealed class ByteFallbackEncoder : IWordEncoder
{
    private readonly IWordEncoder _pairs;
    private readonly int[] _byteTokens = new int[256];
    private readonly HashSet<Rune> _known = [];
    private readonly HashSet<(Rune Left, Rune Right)> _spanned = [];

    /// <summary>Prepares the encoder.</summary>
    /// <param name="vocabulary">Id of every token; all of &lt;0x00&gt; to &lt;0xFF&gt; among them.</param>
    /// <param name="pairs">Encodes what lies between two cuts.</param>
    /// <exception cref="KeyNotFoundException">A byte has no token.</exception>
    public ByteFallbackEncoder(IReadOnlyDictionary<string, int> vocabulary, IWordEncoder pairs)
    {
        _pairs = pairs;
        for (var value = 0; value < 256; value++) _byteTokens[value] = vocabulary[$"<0x{value:X2}>"];
        foreach (var token in vocabulary.Keys)
        {
            Rune? left = null;
            foreach (var rune in token.EnumerateRunes())
            {
                if (left is { } before) _spanned.Add((before, rune));
                else if (rune.Utf16SequenceLength == token.Length) _known.Add(rune);
                left = rune;
            }
        }
    }

    public void Encode(ReadOnlySpan<char> word, List<int> ids)
    {
        Span<byte> utf8 = stackalloc byte[4];
        var (start, at) = (0, 0);
        Rune left = default;
        foreach (var rune in word.EnumerateRunes())
        {
            var known = _known.Contains(rune);
            if (at > start && !(known && _spanned.Contains((left, rune))))
            {
                _pairs.Encode(word[start..at], ids);
                start = at;
            }

            at += rune.Utf16SequenceLength;
            left = rune;
            if (known) continue;
            foreach (var value in utf8[..rune.EncodeToUtf8(utf8)]) ids.Add(_byteTokens[value]);
            start = at;
        }

        if (at > start) _pairs.Encode(word[start..at], ids);
    }
}
