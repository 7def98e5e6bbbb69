using System.Text;
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
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or ArgumentException or FormatException)
        {
            throw new NGrammysException($"'{path}' is damaged ({e.Message.TrimEnd('.')}); download it again.", e);
        }
    }

    private static TokenizerPipeline Build(JsonElement root, IReadOnlyCollection<string> specialTokens)
    {
        var model = root.GetProperty("model");
        RefuseUnknownModel(model);
        var vocabulary = new Dictionary<string, int>();
        foreach (var entry in model.GetProperty("vocab").EnumerateObject()) vocabulary.Add(entry.Name, entry.Value.GetInt32());
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
        var merges = model.GetProperty("merges").EnumerateArray()
            .Select(m => m.ValueKind == JsonValueKind.String ? m.GetString()! : $"{m[0].GetString()} {m[1].GetString()}").ToList();
        var wholeWords = model.Flag("ignore_merges") ? WholeWords(vocabulary, added, byteLevel) : null;
        var pairs = new BytePairEncoder(vocabulary, merges, byteLevel, wholeWords);
        return byteLevel ? pairs : new ByteFallbackEncoder(vocabulary, pairs);
    }

    // A word that a user typed must not become a special token, even where the vocabulary lists its text.
    private static Dictionary<string, int> WholeWords(Dictionary<string, int> vocabulary, List<AddedToken> added, bool byteLevel)
    {
        var special = added.Where(t => t.Special).Select(t => t.Id).ToHashSet();
        var words = new Dictionary<string, int>(vocabulary.Count);
        foreach (var (token, id) in vocabulary)
        {
            var word = byteLevel ? Encoding.UTF8.GetString(ByteAlphabet.Decode(token)) : token;
            if (!special.Contains(id) && !word.Contains('\uFFFD')) words.TryAdd(word, id);
        }

        return words;
    }

    private static List<AddedToken> AddedTokens(JsonElement root, Dictionary<string, int> vocabulary, IReadOnlyCollection<string> specialTokens)
    {
        var added = Part(root, "added_tokens") is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().Select(AddedToken).ToList() : [];
        added = added.ConvertAll(t => specialTokens.Contains(t.Content) ? t with { Special = true } : t);
        added.AddRange(specialTokens.Distinct().Except(added.Select(t => t.Content)).Where(vocabulary.ContainsKey)
            .Select(content => new AddedToken { Id = vocabulary[content], Content = content, Special = true }));
        return added.FindAll(t => t.Content.Length > 0);
    }

    private static AddedToken AddedToken(JsonElement token) => new()
    {
        Id = token.GetProperty("id").GetInt32(),
        Content = token.GetProperty("content").GetString()!,
        Special = token.Flag("special"),
        SingleWord = token.Flag("single_word"),
        StripsLeft = token.Flag("lstrip"),
        StripsRight = token.Flag("rstrip"),
        Normalized = token.Flag("normalized"),
    };

    private static JsonElement Part(JsonElement root, string name) => root.TryGetProperty(name, out var part) ? part : NullElement;
}
