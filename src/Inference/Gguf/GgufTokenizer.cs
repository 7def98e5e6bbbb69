using System.Text.Json.Nodes;

namespace NGrammys.Inference.Gguf;

/// <summary>The tokenizer of a GGUF file as the files of a Hugging Face folder: tokenizer.json for byte-level BPE, tokenizer.model for SentencePiece.</summary>
internal sealed class GgufTokenizer
{
    private const string Prefix = "tokenizer.ggml.";

    private readonly GgufMetadata _metadata;
    private readonly string[] _tokens;
    private readonly long[] _types;

    /// <summary>Reads the vocabulary.</summary>
    /// <exception cref="Abstractions.NGrammysException">It is missing, or of a kind that cannot be imported.</exception>
    public GgufTokenizer(GgufMetadata metadata)
    {
        _metadata = metadata;
        (_tokens, _types) = (metadata.Texts(Prefix + "tokens"), metadata.Numbers(Prefix + "token_type"));
        if (_tokens.Length != _types.Length) throw metadata.Unfit($"it has {_tokens.Length} tokens and {_types.Length} token types");
    }

    /// <summary>The ids that config.json and generation_config.json name; null where the file has none.</summary>
    public JsonObject Ids() => new()
    {
        ["bos_token_id"] = Id("bos"),
        ["eos_token_id"] = Id("eos"),
        ["pad_token_id"] = Id("padding"),
    };

    /// <summary>tokenizer_config.json.</summary>
    public JsonObject Configuration()
    {
        var config = new JsonObject();
        foreach (var (role, name) in new[] { ("bos", "bos_token"), ("eos", "eos_token"), ("padding", "pad_token") })
        {
            if (Id(role) is { } id) config[name] = _tokens[id];
        }

        config["model_max_length"] = _metadata.Number(_metadata.Architecture + ".context_length");
        if (_metadata.Has("tokenizer.chat_template")) config["chat_template"] = _metadata.Text("tokenizer.chat_template");
        if (!IsSentencePiece) return config;
        config["add_bos_token"] = _metadata.Flag(Prefix + "add_bos_token", true);
        config["add_eos_token"] = _metadata.Flag(Prefix + "add_eos_token", false);
        return config;
    }

    /// <summary>Whether it is a SentencePiece model, which <see cref="SentencePiece"/> writes.</summary>
    public bool IsSentencePiece => _metadata.Text(Prefix + "model") switch
    {
        "llama" => true,
        "gpt2" => false,
        var kind => throw _metadata.Unfit($"its tokenizer is of the kind '{kind}'; gpt2 and llama are supported"),
    };

    /// <summary>tokenizer.json of a byte-level BPE.</summary>
    public JsonObject ByteLevel()
    {
        var vocabulary = new JsonObject();
        for (var id = 0; id < _tokens.Length; id++)
        {
            if (!vocabulary.TryAdd(_tokens[id], JsonValue.Create(id))) throw _metadata.Unfit($"token {id} stands in its vocabulary twice");
        }

        var (words, normalizer, wholeWords) = GgufPreTokenizer.Of(_metadata);
        return new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = new JsonArray([.. AddedTokens()]),
            ["normalizer"] = normalizer,
            ["pre_tokenizer"] = words,
            ["post_processor"] = PostProcessor(),
            ["decoder"] = GgufPreTokenizer.ByteLevel(addPrefixSpace: true, useRegex: true),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["dropout"] = null,
                ["unk_token"] = null,
                ["continuing_subword_prefix"] = null,
                ["end_of_word_suffix"] = null,
                ["fuse_unk"] = false,
                ["byte_fallback"] = false,
                ["ignore_merges"] = wholeWords,
                ["vocab"] = vocabulary,
                ["merges"] = new JsonArray([.. _metadata.Texts(Prefix + "merges").Select(merge => JsonValue.Create(merge))]),
            },
        };
    }

    /// <summary>tokenizer.model of a SentencePiece BPE.</summary>
    public byte[] SentencePiece()
    {
        var scores = _metadata.Reals(Prefix + "scores");
        if (scores.Length != _tokens.Length) throw _metadata.Unfit($"it has {_tokens.Length} tokens and {scores.Length} scores");
        return SentencePieceModel.Write(
            [.. _tokens.Select((token, id) => (token, (float)scores[id], (int)_types[id]))],
            [Id("unknown") ?? 0, Id("bos") ?? 1, Id("eos") ?? 2],
            _metadata.Flag(Prefix + "add_space_prefix", true));
    }

    // Control tokens are special; tokens that a user defined are cut out as well, but anybody may write them.
    private IEnumerable<JsonNode> AddedTokens()
    {
        for (var id = 0; id < _tokens.Length; id++)
        {
            if (_types[id] is not (3 or 4)) continue;
            yield return new JsonObject
            {
                ["id"] = id,
                ["content"] = _tokens[id],
                ["single_word"] = false,
                ["lstrip"] = false,
                ["rstrip"] = false,
                ["normalized"] = false,
                ["special"] = _types[id] == 3,
            };
        }
    }

    private JsonObject? PostProcessor()
    {
        var bos = _metadata.Flag(Prefix + "add_bos_token", GgufPreTokenizer.BeginsWithBos(_metadata)) ? Id("bos") : null;
        if (bos is not { } id) return null;
        return new JsonObject
        {
            ["type"] = "TemplateProcessing",
            ["single"] = new JsonArray(Piece("SpecialToken", _tokens[id]), Piece("Sequence", "A")),
            ["pair"] = new JsonArray(Piece("SpecialToken", _tokens[id]), Piece("Sequence", "A"), Piece("SpecialToken", _tokens[id]), Piece("Sequence", "B")),
            ["special_tokens"] = new JsonObject
            {
                [_tokens[id]] = new JsonObject { ["id"] = _tokens[id], ["ids"] = new JsonArray(id), ["tokens"] = new JsonArray(_tokens[id]) },
            },
        };
    }

    private static JsonObject Piece(string kind, string id) => new() { [kind] = new JsonObject { ["id"] = id, ["type_id"] = 0 } };

    private int? Id(string role) => _metadata.NumberOrNull($"{Prefix}{role}_token_id") is not { } id ? null
        : id < _tokens.Length ? id : throw _metadata.Unfit($"its {role} token {id} lies outside its vocabulary of {_tokens.Length}");
}
