using Microsoft.ML.Tokenizers;

namespace NGrammys.Inference.Tokenization;

/// <summary>Byte pair encoding of one word: its characters, or its bytes, merged by rank.</summary>
internal sealed class BytePairEncoder : IWordEncoder
{
    // The library's time grows with the square of a word's length. Text has no such words; Llama 3's own tokenizer cuts them too, at 25,000.
    private const int MaxWordLength = 10_000;

    private readonly BpeTokenizer _merger;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _wholeWords;

    /// <summary>Prepares the merges.</summary>
    /// <param name="vocabulary">Id of every token.</param>
    /// <param name="merges">Pairs "left right", best first.</param>
    /// <param name="byteLevel">Whether words are merged from bytes in the byte alphabet.</param>
    /// <param name="wholeWords">Words that are one token whatever the merges say.</param>
    public BytePairEncoder(
        IReadOnlyDictionary<string, int> vocabulary, IReadOnlyList<string> merges, bool byteLevel, Dictionary<string, int>? wholeWords = null)
    {
        _merger = BpeTokenizer.Create(new BpeOptions(vocabulary) { Merges = merges, ByteLevel = byteLevel });
        _wholeWords = (wholeWords ?? []).GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public void Encode(ReadOnlySpan<char> word, List<int> ids)
    {
        if (_wholeWords.TryGetValue(word, out var id))
        {
            ids.Add(id);
            return;
        }

        while (word.Length > MaxWordLength)
        {
            var cut = char.IsHighSurrogate(word[MaxWordLength - 1]) ? MaxWordLength - 1 : MaxWordLength;
            Merge(word[..cut], ids);
            word = word[cut..];
        }

        Merge(word, ids);
    }

    private void Merge(ReadOnlySpan<char> word, List<int> ids) =>
        ids.AddRange(_merger.EncodeToIds(word, considerPreTokenization: false, considerNormalization: false));
}
