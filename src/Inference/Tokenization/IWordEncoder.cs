namespace NGrammys.Inference.Tokenization;

/// <summary>The last step of encoding: one word, normalised and free of added tokens, becomes ids. Thread-safe.</summary>
internal interface IWordEncoder
{
    /// <summary>Appends the ids of a word.</summary>
    /// <param name="word">Well-formed UTF-16.</param>
    /// <param name="ids">Receives the ids.</param>
    void Encode(ReadOnlySpan<char> word, List<int> ids);
}
