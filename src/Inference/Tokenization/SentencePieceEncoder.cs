using Microsoft.ML.Tokenizers;

namespace NGrammys.Inference.Tokenization;

/// <summary>SentencePiece BPE of a normalised text.</summary>
internal sealed class SentencePieceEncoder(LlamaTokenizer model, IReadOnlyList<AddedToken> special) : IWordEncoder
{
    private readonly HashSet<int> _special = [.. special.Select(t => t.Id)];

    public void Encode(ReadOnlySpan<char> word, List<int> ids)
    {
        var start = ids.Count;
        ids.AddRange(Merge(word));
        if (!ids.Skip(start).Any(_special.Contains)) return;

        // The library also merges towards control tokens. Their text is plain here: it is cut behind its first character, and encoded again.
        ids.RemoveRange(start, ids.Count - start);
        var from = 0;
        for (var at = 1; at < word.Length; at++)
        {
            if (!BeginsSpecial(word[(at - 1)..])) continue;
            ids.AddRange(Merge(word[from..at]));
            from = at;
        }

        ids.AddRange(Merge(word[from..]));
    }

    private IReadOnlyList<int> Merge(ReadOnlySpan<char> text) =>
        model.EncodeToIds(text, addBeginningOfSentence: false, addEndOfSentence: false, considerPreTokenization: false, considerNormalization: false);

    private bool BeginsSpecial(ReadOnlySpan<char> text)
    {
        foreach (var token in special)
        {
            if (text.StartsWith(token.Content, StringComparison.Ordinal)) return true;
        }

        return false;
    }
}
