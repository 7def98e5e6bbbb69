using System.Buffers;
using System.Text;

namespace NGrammys.Inference.Tokenization;

/// <summary>Byte pair encoding over the UTF-8 bytes of a word (GPT-2, Llama 3, Qwen).</summary>
internal sealed class ByteLevelEncoder : IWordEncoder
{
    private const int NoToken = -1;
    private const int StackBytes = 256;

    private readonly int[] _byteTokens = new int[256];
    private readonly BytePairMerger _merger;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _wholeWords;

    /// <summary>Prepares the encoder.</summary>
    /// <param name="vocabulary">Id of every token, in the byte alphabet.</param>
    /// <param name="merges">What merges.</param>
    /// <param name="wholeWords">Words that are one token whatever the merges say.</param>
    public ByteLevelEncoder(IReadOnlyDictionary<string, int> vocabulary, MergeTable merges, Dictionary<string, int> wholeWords)
    {
        for (var value = 0; value < 256; value++)
            _byteTokens[value] = vocabulary.TryGetValue(ByteAlphabet.Encode([(byte)value]), out var token) ? token : NoToken;
        _merger = new BytePairMerger(merges);
        _wholeWords = wholeWords.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The words that are tokens as they stand.</summary>
    /// <param name="vocabulary">Id of every token, in the byte alphabet.</param>
    /// <param name="special">Ids that are left out: a word that a user typed must not become a special token, even where the vocabulary lists its text.</param>
    public static Dictionary<string, int> WholeWords(IReadOnlyDictionary<string, int> vocabulary, IReadOnlySet<int> special)
    {
        var words = new Dictionary<string, int>(vocabulary.Count);
        foreach (var (token, id) in vocabulary)
        {
            var word = Encoding.UTF8.GetString(ByteAlphabet.Decode(token));
            if (!special.Contains(id) && !word.Contains('\uFFFD')) words.TryAdd(word, id);
        }

        return words;
    }

    public void Encode(ReadOnlySpan<char> word, List<int> ids)
    {
        if (_wholeWords.TryGetValue(word, out var whole))
        {
            ids.Add(whole);
            return;
        }

        var longest = Encoding.UTF8.GetMaxByteCount(word.Length);
        if (longest <= StackBytes)
        {
            Encode(word, stackalloc byte[longest], stackalloc int[longest], ids);
            return;
        }

        var (bytes, tokens) = (ArrayPool<byte>.Shared.Rent(longest), ArrayPool<int>.Shared.Rent(longest));
        Encode(word, bytes, tokens, ids);
        ArrayPool<byte>.Shared.Return(bytes);
        ArrayPool<int>.Shared.Return(tokens);
    }

    private void Encode(ReadOnlySpan<char> word, Span<byte> bytes, Span<int> tokens, List<int> ids)
    {
        var count = 0;
        foreach (var value in bytes[..Encoding.UTF8.GetBytes(word, bytes)])
        {
            // The reference, too, drops a byte that a vocabulary without an unknown token lacks.
            if (_byteTokens[value] != NoToken) tokens[count++] = _byteTokens[value];
        }

        _merger.Merge(tokens[..count], ids);
    }
}
