using System.Text;

namespace NGrammys.Inference.Tokenization;

/// <summary>
/// Byte pair encoding over characters in which a character outside the vocabulary becomes the tokens of its UTF-8 bytes (Llama 2, Gemma).
/// </summary>
/// <remarks>
/// Such vocabularies come without a rule that cuts text into words, so a whole message would be merged as one. It is cut where no token of the
/// vocabulary spans: no merge can reach across such a place, so the ids are the same and what is merged at once stays small.
/// </remarks>
internal sealed class ByteFallbackEncoder : IWordEncoder
{
    private readonly BytePairMerger _merger;
    private readonly int[] _byteTokens = new int[256];
    private readonly Dictionary<Rune, int> _characters = [];
    private readonly HashSet<(Rune Left, Rune Right)> _spanned = [];

    /// <summary>Prepares the encoder.</summary>
    /// <param name="vocabulary">Id of every token that text can become.</param>
    /// <param name="byteTokens">Id of the token of every byte.</param>
    /// <param name="merges">What merges.</param>
    public ByteFallbackEncoder(IReadOnlyDictionary<string, int> vocabulary, Func<byte, int> byteTokens, MergeTable merges)
    {
        _merger = new BytePairMerger(merges);
        for (var value = 0; value < 256; value++) _byteTokens[value] = byteTokens((byte)value);
        foreach (var (token, id) in vocabulary)
        {
            Rune? left = null;
            foreach (var rune in token.EnumerateRunes())
            {
                if (left is { } before) _spanned.Add((before, rune));
                else if (rune.Utf16SequenceLength == token.Length) _characters.TryAdd(rune, id);
                left = rune;
            }
        }
    }

    public void Encode(ReadOnlySpan<char> word, List<int> ids)
    {
        Span<byte> utf8 = stackalloc byte[4];
        var run = new TokenRun(stackalloc int[128]);
        Rune left = default;
        foreach (var rune in word.EnumerateRunes())
        {
            var known = _characters.TryGetValue(rune, out var token);
            if (run.Tokens.Length > 0 && !(known && _spanned.Contains((left, rune))))
            {
                _merger.Merge(run.Tokens, ids);
                run.Clear();
            }

            left = rune;
            if (known) run.Add(token);
            else foreach (var value in utf8[..rune.EncodeToUtf8(utf8)]) ids.Add(_byteTokens[value]);
        }

        _merger.Merge(run.Tokens, ids);
    }

    /// <summary>Tokens between two cuts; on the stack while they are few.</summary>
    private ref struct TokenRun(Span<int> buffer)
    {
        private Span<int> _buffer = buffer;
        private int _count;

        public readonly ReadOnlySpan<int> Tokens => _buffer[.._count];

        public void Add(int token)
        {
            if (_count == _buffer.Length)
            {
                var larger = new int[_count * 2];
                _buffer.CopyTo(larger);
                _buffer = larger;
            }

            _buffer[_count++] = token;
        }

        public void Clear() => _count = 0;
    }
}
