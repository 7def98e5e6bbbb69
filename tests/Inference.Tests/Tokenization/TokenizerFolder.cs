using System.Text.Json.Nodes;
using NGrammys.Inference.Tokenization;

namespace NGrammys.Inference.Tests.Tokenization;

/// <summary>A folder with a tokenizer of a few hundred tokens, written for one test.</summary>
public sealed class TokenizerFolder : IDisposable
{
    /// <summary>Id of the first token behind the 256 bytes and the merges.</summary>
    public const int FirstAdded = 1000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ngrammys-tokenizer-");

    /// <summary>The folder.</summary>
    public string Path => _folder.FullName;

    /// <summary>A byte-level tokenizer: the bytes have the ids 0 to 255, the merges those from 256 on, the added tokens those from 1000 on.</summary>
    public static JsonObject ByteLevel(string[] merges, params JsonObject[] added)
    {
        var vocabulary = new JsonObject();
        for (var value = 0; value < 256; value++) vocabulary[ByteCharacter((byte)value).ToString()] = value;
        foreach (var merge in merges) vocabulary[merge.Replace(" ", "", StringComparison.Ordinal)] = vocabulary.Count;
        for (var i = 0; i < added.Length; i++) added[i]["id"] = FirstAdded + i;
        return new JsonObject
        {
            ["added_tokens"] = new JsonArray([.. added]),
            ["normalizer"] = null,
            ["pre_tokenizer"] = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["use_regex"] = true },
            ["post_processor"] = null,
            ["decoder"] = new JsonObject { ["type"] = "ByteLevel" },
            ["model"] = new JsonObject { ["type"] = "BPE", ["vocab"] = vocabulary, ["merges"] = new JsonArray([.. merges.Select(m => JsonValue.Create(m))]) },
        };
    }

    /// <summary>A Llama-2-like tokenizer: 256 byte tokens, then single characters, then merges.</summary>
    public static JsonObject ByteFallback(string characters, string[] merges)
    {
        var vocabulary = new JsonObject();
        for (var value = 0; value < 256; value++) vocabulary[$"<0x{value:X2}>"] = value;
        foreach (var character in characters) vocabulary[character.ToString()] = vocabulary.Count;
        foreach (var merge in merges) vocabulary[merge.Replace(" ", "", StringComparison.Ordinal)] = vocabulary.Count;
        return new JsonObject
        {
            ["normalizer"] = Sequence("normalizers", new() { ["type"] = "Prepend", ["prepend"] = "▁" }, Replace(" ", "▁")),
            ["pre_tokenizer"] = null,
            ["decoder"] = Sequence(
                "decoders", Replace("▁", " "), new() { ["type"] = "ByteFallback" }, new() { ["type"] = "Strip", ["content"] = " ", ["start"] = 1, ["stop"] = 0 }),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["byte_fallback"] = true,
                ["vocab"] = vocabulary,
                ["merges"] = new JsonArray([.. merges.Select(m => JsonValue.Create(m))]),
            },
        };
    }

    /// <summary>A special token.</summary>
    public static JsonObject Special(string content) => new() { ["content"] = content, ["special"] = true };

    /// <summary>Writes tokenizer.json and loads the folder.</summary>
    public Tokenizer Load(JsonObject tokenizer)
    {
        Write("tokenizer.json", tokenizer.ToJsonString());
        return Tokenizer.Load(Path);
    }

    /// <summary>Writes a file.</summary>
    public void Write(string name, string content) => File.WriteAllText(System.IO.Path.Combine(Path, name), content);

    public void Dispose() => _folder.Delete(recursive: true);

    // Written down apart from the code under test: printable bytes are themselves, the others follow from U+0100 on.
    private static char ByteCharacter(byte value) => value switch
    {
        <= 32 => (char)(256 + value),
        < 127 or (> 160 and not 173) => (char)value,
        <= 160 => (char)(256 + 33 + value - 127),
        _ => (char)(256 + 33 + 34),
    };

    private static JsonObject Sequence(string name, params JsonObject[] steps) => new() { ["type"] = "Sequence", [name] = new JsonArray([.. steps]) };

    private static JsonObject Replace(string from, string to) =>
        new() { ["type"] = "Replace", ["pattern"] = new JsonObject { ["String"] = from }, ["content"] = to };
}
