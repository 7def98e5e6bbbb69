using System.Text;
using System.Text.Json.Nodes;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Tokenization;

namespace NGrammys.Inference.Tests.Tokenization;

public sealed class TokenizerTests : IDisposable
{
    private static readonly string[] Merges = ["h e", "l l", "he ll", "hell o", "Ġ hello"];

    private readonly TokenizerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Encode_merges_by_rank_within_words()
    {
        var tokenizer = _folder.Load(TokenizerFolder.ByteLevel(Merges));

        Assert.Equal([259, 260, ' ', 256, '!'], Encode(tokenizer, "hello hello he!").Select(id => id == 256 + ' ' ? ' ' : id));
        Assert.Equal("hello hello he!", tokenizer.Decode(Encode(tokenizer, "hello hello he!"), skipSpecial: false));
    }

    [Fact]
    public void Encode_takes_merges_as_pairs_too()
    {
        var file = TokenizerFolder.ByteLevel(Merges);
        file["model"]!["merges"] = new JsonArray([.. Merges.Select(m => new JsonArray([.. m.Split(' ').Select(t => JsonValue.Create(t))]))]);

        Assert.Equal([259], Encode(_folder.Load(file), "hello"));
    }

    [Fact]
    public void Encode_with_ignore_merges_prefers_the_whole_word()
    {
        var file = TokenizerFolder.ByteLevel(["a b"]);
        file["model"]!["vocab"]!["abc"] = 300;

        Assert.Equal([256, 'c'], Encode(_folder.Load(file), "abc"));
        file["model"]!["ignore_merges"] = true;
        Assert.Equal([300], Encode(_folder.Load(file), "abc"));
    }

    [Theory]
    [InlineData("x<|end|>y", new int[] { 'x', 1000, 'y' })]
    [InlineData("x<|end|>>", new int[] { 'x', 1001 })]
    [InlineData("<|end|><|end|>", new int[] { 1000, 1000 })]
    [InlineData("<|end|", new int[] { '<', '|', 'e', 'n', 'd', '|' })]
    public void Encode_finds_the_longest_special_token(string text, int[] ids) =>
        Assert.Equal(ids, _folder.Load(TokenizerFolder.ByteLevel([], TokenizerFolder.Special("<|end|>"), TokenizerFolder.Special("<|end|>>")))
            .Encode(text, addSpecial: false, parseSpecial: true));

    [Fact]
    public void Encode_of_what_a_user_typed_has_no_special_token_but_other_added_ones()
    {
        var tokenizer = _folder.Load(TokenizerFolder.ByteLevel(
            [], TokenizerFolder.Special("<s>"), new JsonObject { ["content"] = "<t>", ["special"] = false }));

        Assert.Equal(['<', 's', '>', 1001], Encode(tokenizer, "<s><t>"));
    }

    [Fact]
    public void Encode_never_makes_a_special_token_of_a_word_that_the_vocabulary_lists()
    {
        var file = TokenizerFolder.ByteLevel([], TokenizerFolder.Special("end"));
        file["model"]!["ignore_merges"] = true;
        file["model"]!["vocab"]!["end"] = TokenizerFolder.FirstAdded;

        Assert.Equal(['e', 'n', 'd'], Encode(_folder.Load(file), "end"));
    }

    [Theory]
    [InlineData("lstrip", "a  <m> b", new int[] { 'a', 1000, 32, 'b' })]
    [InlineData("rstrip", "a <m>  b", new int[] { 'a', 32, 1000, 'b' })]
    [InlineData("single_word", "a<m>", new int[] { 'a', '<', 'm', '>' })]
    [InlineData("single_word", "+<m>+", new int[] { '+', 1000, '+' })]
    public void Encode_respects_the_flags_of_added_tokens(string flag, string text, int[] ids) =>
        Assert.Equal(ids, _folder.Load(TokenizerFolder.ByteLevel([], new JsonObject { ["content"] = "<m>", [flag] = true }))
            .Encode(text, addSpecial: false, parseSpecial: true));

    [Fact]
    public void Encode_puts_what_the_post_processor_says_around_the_text()
    {
        var file = TokenizerFolder.ByteLevel([], TokenizerFolder.Special("<s>"));
        file["post_processor"] = JsonNode.Parse("""
            {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>"}}, {"Sequence": {"id": "A"}}, {"SpecialToken": {"id": "<s>"}}],
             "special_tokens": {"<s>": {"ids": [1000]}}}
            """);
        var tokenizer = _folder.Load(file);

        Assert.Equal([1000, 'a', 1000], tokenizer.Encode("a", addSpecial: true, parseSpecial: false));
        Assert.Equal(['a'], Encode(tokenizer, "a"));
    }

    [Fact]
    public void Encode_counts_lone_surrogates_as_replacement_characters()
    {
        var tokenizer = _folder.Load(TokenizerFolder.ByteLevel([]));

        Assert.Equal(Encode(tokenizer, "a\uFFFDb"), Encode(tokenizer, "a\uD83Cb"));
    }

    [Fact]
    public void Encode_normalises_around_what_dotnet_cannot_normalise()
    {
        var file = TokenizerFolder.ByteLevel([]);
        file["normalizer"] = new JsonObject { ["type"] = "NFC" };
        var tokenizer = _folder.Load(file);

        Assert.Equal(Encode(tokenizer, "\u00E9\uFFFE\u00E9"), Encode(tokenizer, "e\u0301\uFFFEe\u0301"));
    }

    [Fact]
    public void Encode_falls_back_to_bytes_and_merges_around_them()
    {
        var tokenizer = _folder.Load(TokenizerFolder.ByteFallback("▁abc", ["a b", "▁ ab"]));

        var ids = Encode(tokenizer, "ab éab");

        Assert.Equal([261, 256, 0xC3, 0xA9, 260], ids);
        Assert.Equal("ab éab", tokenizer.Decode(ids, skipSpecial: false));
    }

    [Fact]
    public void Decode_of_encoded_text_is_the_text()
    {
        var random = new Random(3);
        var byteLevel = _folder.Load(TokenizerFolder.ByteLevel(Merges));
        using var other = new TokenizerFolder();
        var fallback = other.Load(TokenizerFolder.ByteFallback("▁helo", ["h e", "l l", "▁ he"]));
        for (var i = 0; i < 500; i++)
        {
            var text = RandomText(random);

            Assert.Equal(text, byteLevel.Decode(Encode(byteLevel, text), skipSpecial: false));
            Assert.Equal(text.Replace('▁', ' '), fallback.Decode(Encode(fallback, text), skipSpecial: false));
        }
    }

    [Fact]
    public void Encode_of_one_endless_word_ends()
    {
        var tokenizer = _folder.Load(TokenizerFolder.ByteLevel(["a a", "aa aa"]));

        Assert.Equal(7_500, Encode(tokenizer, new string('a', 30_000)).Length);
    }

    [Fact]
    public void Load_of_a_damaged_file_is_refused_or_works_and_never_fails_otherwise()
    {
        var random = new Random(8);
        var file = Encoding.UTF8.GetBytes(TokenizerFolder.ByteLevel(Merges, TokenizerFolder.Special("<s>")).ToJsonString());
        var refused = 0;
        for (var i = 0; i < 100; i++)
        {
            var damaged = file.ToArray();
            damaged[random.Next(file.Length)] = (byte)random.Next(32, 127);
            File.WriteAllBytes(Path.Combine(_folder.Path, "tokenizer.json"), damaged);
            try
            {
                Encode(Tokenizer.Load(_folder.Path), "hello");
            }
            catch (NGrammysException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1, 99);
    }

    [Theory]
    [InlineData("pre_tokenizer", """{"type": "Split", "pattern": {"Regex": "[a&&b]"}, "behavior": "Isolated"}""", "[a&&b]")]
    [InlineData("pre_tokenizer", """{"type": "Whitespace"}""", "Whitespace")]
    [InlineData("normalizer", """{"type": "BertNormalizer"}""", "BertNormalizer")]
    [InlineData("post_processor", """{"type": "RobertaProcessing"}""", "RobertaProcessing")]
    [InlineData("decoder", """{"type": "CTC"}""", "CTC")]
    public void Load_refuses_unknown_parts_by_name(string part, string value, string name)
    {
        var file = TokenizerFolder.ByteLevel([]);
        file[part] = JsonNode.Parse(value);

        Assert.Contains(name, Assert.Throws<NGrammysException>(() => _folder.Load(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_of_a_folder_without_a_tokenizer_says_what_is_missing() =>
        Assert.Contains("tokenizer.json", Assert.Throws<NGrammysException>(() => Tokenizer.Load(_folder.Path)).Message, StringComparison.Ordinal);

    private static int[] Encode(Tokenizer tokenizer, string text) => tokenizer.Encode(text, addSpecial: false, parseSpecial: false);

    private static string RandomText(Random random) => string.Concat(Enumerable.Range(0, random.Next(20)).Select(_ => random.Next(4) switch
    {
        0 => "hello",
        1 => " ",
        2 => char.ConvertFromUtf32(random.Next(0x1F300, 0x1F600)),
        _ => char.ConvertFromUtf32(random.Next(1, 0xD800)),
    }));
}
