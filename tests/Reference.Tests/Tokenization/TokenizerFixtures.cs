using System.Text.Json;
using NGrammys.Inference.Tokenization;
using NGrammys.TestSupport;

namespace NGrammys.Reference.Tests.Tokenization;

/// <summary>Tokenizers of the reference library and what it makes of text.</summary>
public static class TokenizerFixtures
{
    private static readonly Dictionary<string, Tokenizer> Loaded = [];

    /// <summary>Names as the fixtures write them.</summary>
    public static JsonSerializerOptions Json { get; } = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Names of the fixture folders.</summary>
    public static TheoryData<string> Names { get; } =
        ["digits-bytelevel", "gemma-like", "gpt-2", "llama-2", "llama-2-metaspace", "llama-3", "o200k-like", "phi-3", "qwen2.5"];

    /// <summary>The tokenizer of a fixture; loaded once.</summary>
    public static Tokenizer Load(string name)
    {
        lock (Loaded) return Loaded.TryGetValue(name, out var tokenizer) ? tokenizer : Loaded[name] = Tokenizer.Load(Folder(name));
    }

    /// <summary>The cases of a fixture.</summary>
    public static IEnumerable<TokenizerCase> Cases(string name) => File.ReadLines(Path.Combine(Folder(name), "cases.jsonl"))
        .Select(line => JsonSerializer.Deserialize<TokenizerCase>(line, Json)!);

    private static string Folder(string name) => SharedFolder.PathOf("fixtures", "tokenizers", name);
}

/// <summary>What the reference makes of one text.</summary>
public sealed record TokenizerCase(string Text, int[] Ids, int[] IdsAddSpecial, int[] IdsSpecialAsText, string Decoded, string DecodedSkipSpecial);
