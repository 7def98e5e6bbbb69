using System.Text.Json;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Models;

namespace NGrammys.Inference.Tokenization;

/// <summary>Reads tokenizer.json: byte-level BPE, and BPE over characters with byte fallback. Everything else is refused by name.</summary>
internal static class TokenizerJson
{
    private static readonly JsonElement NullElement = JsonDocument.Parse("null").RootElement;

    /// <summary>Builds the pipeline that the file describes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="specialTokens">Texts that are special besides what the file says.</param>
    /// <exception cref="NGrammysException">The file is damaged or asks for something unknown here.</exception>
    public static TokenizerPipeline Read(string path, IReadOnlyCollection<string> specialTokens)
    {
        using var document = JsonFile.Read(path);
        try
        {
            return Build(document.RootElement, specialTokens);
        }
        catch (NotSupportedException e)
        {
            throw new NGrammysException(
                $"'{path}' asks for {e.Message}, which is not supported; byte-level BPE, BPE with byte fallback and SentencePiece BPE are.", e);
        }
        // A null where a text belongs and a pair of one show themselves by the last two.
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or ArgumentException or FormatException
            or IndexOutOfRangeException or NullReferenceException)
        {
            throw new NGrammysException($"'{path}' is damaged ({e.Message.TrimEnd('.')}); download it again.", e);
        }
    }

    /// <summary>Id of every token of a "vocab".</summary>
    /// <exception cref="FormatException">An id is negative.</exception>
    public static Dictionary<string, int> Vocabulary(JsonElement element)
    {
        var vocabulary = new Dictionary<string, int>(element.GetPropertyCount());
        foreach (var entry in element.EnumerateObject())
        {
            var id = entry.Value.GetInt32();
            vocabulary.Add(entry.Name, id >= 0 ? id : throw new FormatException($"the token '{entry.Name}' has the id {id}"));
        }

        return vocabulary;
    }

    /// <summary>A merge in its older spelling: two tokens with a space between.</summary>
    /// <exception cref="FormatException">There is no such space, or more than one.</exception>
    public static (string Left, string Right) Pair(string merge) =>
        merge.Split(' ') is [{ Length: > 0 } left, { Length: > 0 } right] ? (left, right) : throw new FormatException($"'{merge}' is no merge of two tokens");

    private static TokenizerPipeline Build(JsonElement root, IReadOnlyCollection<string> specialTokens)
    {
        var model = root.GetProperty("model");
        RefuseUnknownModel(model);
        var vocabulary = Vocabulary(model.GetProperty("vocab"));
        var added = AddedTokens(root, vocabulary, specialTokens);
        var (split, byteLevel) = PreTokenizerReader.Read(Part(root, "pre_tokenizer"));
        if (!byteLevel && !model.Flag("byte_fallback")) throw new NotSupportedException("BPE that is neither byte-level nor has byte fallback");
        var decoder = TokenDecoder.Read(Part(root, "decoder"));
        var tokens = vocabulary.ToDictionary(e => e.Value, e => decoder.Bytes(e.Key));
        foreach (var token in added) tokens[token.Id] = decoder.Bytes(token.Content);
        var (before, after) = PostProcessor.Read(Part(root, "post_processor"));
        return new TokenizerPipeline(added, NormalizerReader.Read(Part(root, "normalizer")))
        {
            Split = split,
            Words = WordEncoder(model, vocabulary, added, byteLevel),
            Before = before,
            After = after,
            Tokens = new TokenText(tokens, added.Where(t => t.Special).Select(t => t.Id), decoder.StripsLeadingSpace),
        };
    }

    private static void RefuseUnknownModel(JsonElement model)
    {
        if (model.TryGetProperty("type", out var type) && type.GetString() != "BPE") throw new NotSupportedException($"a {type.GetString()} model");
        foreach (var option in new[] { "dropout", "continuing_subword_prefix", "end_of_word_suffix" })
        {
            if (model.TryGetProperty(option, out var value) && value.ToString() is not ("" or "0" or "0.0"))
                throw new NotSupportedException($"{option} {value}");
        }
    }

    private static IWordEncoder WordEncoder(JsonElement model, Dictionary<string, int> vocabulary, List<AddedToken> added, bool byteLevel)
    {
        var special = added.Where(token => token.Special).Select(token => token.Id).ToHashSet();
        var pairs = model.GetProperty("merges").EnumerateArray()
            .Select(merge => merge.ValueKind == JsonValueKind.String ? Pair(merge.GetString()!) : (merge[0].GetString() ?? "", merge[1].GetString() ?? "")).ToList();
        var merges = MergeTable.Listed(vocabulary, pairs, special);
        if (byteLevel)
            return new ByteLevelEncoder(vocabulary, merges, model.Flag("ignore_merges") ? ByteLevelEncoder.WholeWords(vocabulary, special) : []);
        if (model.Flag("ignore_merges")) throw new NotSupportedException("ignore_merges without byte-level BPE");
        return new ByteFallbackEncoder(vocabulary, value => vocabulary[$"<0x{value:X2}>"], merges);
    }

    private static List<AddedToken> AddedTokens(JsonElement root, Dictionary<string, int> vocabulary, IReadOnlyCollection<string> specialTokens)
    {
        var added = Part(root, "added_tokens") is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().Select(token => AddedToken.Read(token.GetProperty("id").GetInt32(), token)).ToList() : [];
        added = added.ConvertAll(t => specialTokens.Contains(t.Content) ? t with { Special = true } : t);
        added.AddRange(specialTokens.Distinct().Except(added.Select(t => t.Content)).Where(vocabulary.ContainsKey)
            .Select(content => new AddedToken { Id = vocabulary[content], Content = content, Special = true }));
        return added.FindAll(t => t.Content.Length > 0);
    }

    private static JsonElement Part(JsonElement root, string name) => root.TryGetProperty(name, out var part) ? part : NullElement;
}
