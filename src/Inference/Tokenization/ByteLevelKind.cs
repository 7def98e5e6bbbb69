using System.Text;

namespace NGrammys.Inference.Tokenization;

/// <summary>What a byte-level vocabulary without a tokenizer.json leaves unsaid: how text is normalised and cut into words.</summary>
/// <param name="Words">The pattern of words.</param>
/// <param name="Composes">Whether text is put into Unicode's composed form (NFC) first.</param>
internal sealed record ByteLevelKind(string Words, bool Composes = false)
{
    /// <summary>GPT-2.</summary>
    public static ByteLevelKind Gpt2 { get; } = new(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+");

    /// <summary>Llama 3, and GPT-4, whose pattern says the same with possessive loops.</summary>
    public static ByteLevelKind Llama3 { get; } = new(
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+");

    /// <summary>Qwen and Qwen2: digits one by one.</summary>
    public static ByteLevelKind Qwen2 { get; } = new(
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+", Composes: true);

    /// <summary>GPT-4o.</summary>
    public static ByteLevelKind O200k { get; } = new(
        @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
        + @"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
        + @"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+");

    /// <summary>Builds the pipeline of a vocabulary of this kind.</summary>
    /// <param name="vocabulary">Id of every token, in the byte alphabet.</param>
    /// <param name="merges">What merges, given the ids that nothing may merge into.</param>
    /// <param name="wholeWords">Whether a word that is a token stays whole.</param>
    /// <param name="added">Tokens besides the vocabulary.</param>
    /// <param name="before">Ids that the tokenizer puts before a text.</param>
    public TokenizerPipeline Build(
        IReadOnlyDictionary<string, int> vocabulary, Func<IReadOnlySet<int>, MergeTable> merges, bool wholeWords, IReadOnlyList<AddedToken> added, int[] before)
    {
        var special = added.Where(token => token.Special).Select(token => token.Id).ToHashSet();
        var tokens = vocabulary.ToDictionary(entry => entry.Value, entry => ByteAlphabet.Decode(entry.Key));
        foreach (var token in added) tokens[token.Id] = Encoding.UTF8.GetBytes(token.Content);
        var words = new SplitPattern(Words, SplitBehavior.Isolated);
        return new TokenizerPipeline(added, Composes ? NormalizerReader.UnicodeForm(NormalizationForm.FormC) : text => text)
        {
            Split = (text, _) => words.Split(text),
            Words = new ByteLevelEncoder(vocabulary, merges(special), wholeWords ? ByteLevelEncoder.WholeWords(vocabulary, special) : []),
            Before = before,
            After = [],
            Tokens = new TokenText(tokens, special, stripsLeadingSpace: false),
        };
    }
}
