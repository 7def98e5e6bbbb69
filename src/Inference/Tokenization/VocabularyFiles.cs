using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Models;

namespace NGrammys.Inference.Tokenization;

/// <summary>Reads the older pair of files of byte-level BPE: vocab.json and merges.txt. How text is cut into words follows from the named class.</summary>
internal static class VocabularyFiles
{
    /// <summary>Names of the two files.</summary>
    public const string Vocabulary = "vocab.json", Merges = "merges.txt";

    private static readonly Dictionary<string, ByteLevelKind> KindByClass = new()
    {
        ["GPT2Tokenizer"] = ByteLevelKind.Gpt2,
        ["GPT2TokenizerFast"] = ByteLevelKind.Gpt2,
        ["Qwen2Tokenizer"] = ByteLevelKind.Qwen2,
        ["Qwen2TokenizerFast"] = ByteLevelKind.Qwen2,
    };

    /// <summary>Builds the pipeline.</summary>
    /// <param name="folder">Where the files lie.</param>
    /// <param name="config">Names the class and the added tokens.</param>
    /// <exception cref="NGrammysException">A file is damaged, or the class is not known.</exception>
    public static TokenizerPipeline Read(string folder, TokenizerConfig config)
    {
        if (config.Class is null || !KindByClass.TryGetValue(config.Class, out var kind))
        {
            throw new NGrammysException(
                $"'{folder}' holds vocab.json and merges.txt of the tokenizer_class {config.Class ?? "(none named)"}, and they do not say how text is cut "
                + $"into words; {string.Join(" and ", KindByClass.Keys.Where(name => !name.EndsWith("Fast", StringComparison.Ordinal)))} are known. Use the model's tokenizer.json.");
        }

        try
        {
            using var document = JsonFile.Read(Path.Combine(folder, Vocabulary));
            var vocabulary = TokenizerJson.Vocabulary(document.RootElement);
            var merges = Pairs(Path.Combine(folder, Merges));
            var named = config.SpecialTokens.Values.Distinct().Except(config.AddedTokens.Select(token => token.Content)).Where(vocabulary.ContainsKey)
                .Select(text => new AddedToken { Id = vocabulary[text], Content = text, Special = true });
            return kind.Build(vocabulary, special => MergeTable.Listed(vocabulary, merges, special), wholeWords: false, [.. config.AddedTokens, .. named], before: []);
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or ArgumentException or FormatException)
        {
            throw new NGrammysException($"'{folder}' holds a damaged vocab.json or merges.txt ({e.Message.TrimEnd('.')}); download them again.", e);
        }
    }
    private static List<(string Left, string Right)> Pairs(string path)
    {
        if (!File.Exists(path)) throw new NGrammysException($"'{path}' does not exist; vocab.json needs it beside it.");
        return [.. File.ReadLines(path).Where((line, index) => line.Length > 0 && !(index == 0 && line.StartsWith("#version", StringComparison.Ordinal))).Select(TokenizerJson.Pair)];
    }
}
