using System.Text.Json.Nodes;

namespace NGrammys.Inference.Gguf;

/// <summary>What GGUF calls a "pre" tokenizer: a name that stands for the steps before byte-level BPE.</summary>
internal static class GgufPreTokenizer
{
    private const string Llama3 =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private const string Qwen2 =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private const string Tekken =
        @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"
        + @"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>Its pre-tokenizer, normalizer and whether words that stand in the vocabulary are taken whole (ignore_merges).</summary>
    /// <exception cref="Abstractions.NGrammysException">The name is not known here.</exception>
    public static (JsonObject Words, JsonObject? Normalizer, bool WholeWords) Of(GgufMetadata metadata) => Name(metadata) switch
    {
        "smollm" => (Sequence(new JsonObject { ["type"] = "Digits", ["individual_digits"] = true }, ByteLevel(addPrefixSpace: false, useRegex: true)), null, false),
        "gpt-2" => (ByteLevel(addPrefixSpace: false, useRegex: true), null, false),
        "llama-bpe" => (Splitting(Llama3), null, true),
        "qwen2" or "deepseek-r1-qwen" => (Splitting(Qwen2), new JsonObject { ["type"] = "NFC" }, false),
        "tekken" => (Splitting(Tekken), null, true),
        var name => throw metadata.Unfit($"its pre-tokenizer is '{name}'; smollm, gpt-2, llama-bpe, qwen2, deepseek-r1-qwen and tekken are supported"),
    };

    /// <summary>Whether a text begins with a beginning-of-sequence token where the file does not say.</summary>
    public static bool BeginsWithBos(GgufMetadata metadata) => Name(metadata) is "llama-bpe" or "tekken";

    /// <summary>The step that turns bytes into characters.</summary>
    public static JsonObject ByteLevel(bool addPrefixSpace, bool useRegex) => new()
    {
        ["type"] = "ByteLevel",
        ["add_prefix_space"] = addPrefixSpace,
        ["trim_offsets"] = true,
        ["use_regex"] = useRegex,
    };

    private static string Name(GgufMetadata metadata) => metadata.Text("tokenizer.ggml.pre");

    private static JsonObject Splitting(string pattern) => Sequence(
        new JsonObject { ["type"] = "Split", ["pattern"] = new JsonObject { ["Regex"] = pattern }, ["behavior"] = "Isolated", ["invert"] = false },
        ByteLevel(addPrefixSpace: false, useRegex: false));

    private static JsonObject Sequence(params JsonNode[] steps) => new() { ["type"] = "Sequence", ["pretokenizers"] = new JsonArray(steps) };
}
