using System.Globalization;
using System.Text.Json;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Models;

namespace NGrammys.Inference.Tokenization;

/// <summary>What tokenizer_config.json, special_tokens_map.json and chat_template.jinja of a model folder say; all three may be missing.</summary>
internal sealed record TokenizerConfig
{
    private static readonly string[] Roles =
        ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];

    /// <summary>Text of the special tokens by role: "bos_token", "eos_token" and so on.</summary>
    public required IReadOnlyDictionary<string, string> SpecialTokens { get; init; }

    /// <summary>Whether a SentencePiece tokenizer puts its beginning-of-sequence before a text.</summary>
    public required bool AddBos { get; init; }

    /// <summary>Whether a SentencePiece tokenizer puts its end-of-sequence behind a text.</summary>
    public required bool AddEos { get; init; }

    /// <summary>Tokens besides a vocabulary that names none itself.</summary>
    public required IReadOnlyList<AddedToken> AddedTokens { get; init; }

    /// <summary>The tokenizer_class, or null.</summary>
    public required string? Class { get; init; }

    /// <summary>Source of the chat template, or null.</summary>
    public required string? ChatTemplate { get; init; }

    /// <summary>Reads the files of a folder.</summary>
    /// <exception cref="NGrammysException">One of them is damaged.</exception>
    public static TokenizerConfig Read(string folder)
    {
        try
        {
            using var map = ReadIfThere(Path.Combine(folder, "special_tokens_map.json"));
            using var config = ReadIfThere(Path.Combine(folder, "tokenizer_config.json"));
            var template = Path.Combine(folder, "chat_template.jinja");
            using var added = ReadIfThere(Path.Combine(folder, "added_tokens.json"));
            var special = SpecialTokensIn(map, config);
            return new TokenizerConfig
            {
                SpecialTokens = special,
                AddedTokens = AddedTokensIn(config, added, special),
                Class = config?.RootElement.TryGetProperty("tokenizer_class", out var name) == true ? name.GetString() : null,
                AddBos = config?.RootElement.Flag("add_bos_token", true) ?? true,
                AddEos = config?.RootElement.Flag("add_eos_token") ?? false,
                ChatTemplate = File.Exists(template) ? File.ReadAllText(template) : DefaultTemplate(config),
            };
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new NGrammysException($"special_tokens_map.json, added_tokens.json or tokenizer_config.json in '{folder}' is damaged ({e.Message.TrimEnd('.')}).", e);
        }
    }

    private static Dictionary<string, string> SpecialTokensIn(params JsonDocument?[] sources)
    {
        var special = new Dictionary<string, string>();
        foreach (var source in sources)
        {
            foreach (var role in Roles)
            {
                if (source?.RootElement.TryGetProperty(role, out var token) == true && TokenContent(token) is { } content) special[role] = content;
            }
        }

        return special;
    }

    // tokenizer_config.json lists them by id with their flags; before it did, added_tokens.json listed ids by text.
    private static List<AddedToken> AddedTokensIn(JsonDocument? config, JsonDocument? texts, Dictionary<string, string> special)
    {
        var added = new Dictionary<int, AddedToken>();
        foreach (var entry in texts?.RootElement.EnumerateObject().AsEnumerable() ?? [])
        {
            var id = entry.Value.GetInt32();
            added[id] = new AddedToken { Id = id, Content = entry.Name, Special = special.ContainsValue(entry.Name) };
        }

        if (config?.RootElement.TryGetProperty("added_tokens_decoder", out var decoder) == true)
        {
            foreach (var entry in decoder.EnumerateObject())
            {
                var id = int.Parse(entry.Name, NumberStyles.None, CultureInfo.InvariantCulture);
                added[id] = AddedToken.Read(id, entry.Value);
            }
        }

        return [.. added.Values.Where(token => token.Content.Length > 0).Select(token => special.ContainsValue(token.Content) ? token with { Special = true } : token)];
    }

    private static JsonDocument? ReadIfThere(string path) => File.Exists(path) ? JsonFile.Read(path) : null;

    // A token stands there as its text, or as an object with its text in "content".
    private static string? TokenContent(JsonElement token) => token.ValueKind switch
    {
        JsonValueKind.String => token.GetString(),
        JsonValueKind.Object when token.TryGetProperty("content", out var content) => content.GetString(),
        _ => null,
    };

    // One template, or a list of named ones of which "default" is for conversations.
    private static string? DefaultTemplate(JsonDocument? config)
    {
        if (config?.RootElement.TryGetProperty("chat_template", out var template) != true) return null;
        if (template.ValueKind == JsonValueKind.String) return template.GetString();
        if (template.ValueKind != JsonValueKind.Array) return null;
        return template.EnumerateArray()
            .Where(t => t.GetProperty("name").GetString() == "default")
            .Select(t => t.GetProperty("template").GetString())
            .FirstOrDefault();
    }
}
