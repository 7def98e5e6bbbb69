using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Tokenization;

namespace NGrammys.Inference.Tests.Tokenization;

public sealed class VocabularyFilesTests : IDisposable
{
    private readonly TokenizerFolder _folder = new();

    public VocabularyFilesTests()
    {
        _folder.Write("vocab.json", TokenizerFolder.ByteLevel(["a b", "ab c"])["model"]!["vocab"]!.ToJsonString());
        _folder.Write("merges.txt", "#version: 0.2\na b\nab c\n");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("GPT2Tokenizer")]
    [InlineData("Qwen2TokenizerFast")]
    public void Encode_knows_the_words_of_the_named_class(string name)
    {
        _folder.Write("tokenizer_config.json", $$"""
            {"tokenizer_class": "{{name}}", "eos_token": "<end>", "added_tokens_decoder": { "300": { "content": "<end>" }, "301": { "content": "<x>" } } }
            """);
        var tokenizer = Tokenizer.Load(_folder.Path);

        Assert.Equal([257, 301, 300, 256, 'd'], tokenizer.Encode("abc<x><end>abd", addSpecial: true, parseSpecial: true));
        Assert.Equal("abc<x>", tokenizer.Decode([257, 301, 300], skipSpecial: true));
        Assert.DoesNotContain(300, tokenizer.Encode("<end>", addSpecial: false, parseSpecial: false));
    }

    [Theory]
    [InlineData("""{"tokenizer_class": "CodeGenTokenizer"}""", "CodeGenTokenizer")]
    [InlineData("{}", "none named")]
    public void Load_refuses_a_class_that_is_not_known(string config, string words)
    {
        _folder.Write("tokenizer_config.json", config);

        Assert.Contains(words, Assert.Throws<NGrammysException>(() => Tokenizer.Load(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a b c")]
    [InlineData("a")]
    [InlineData("a z")]
    public void Load_of_damaged_merges_is_refused(string merges)
    {
        _folder.Write("tokenizer_config.json", """{"tokenizer_class": "GPT2Tokenizer"}""");
        _folder.Write("merges.txt", merges);

        Assert.Contains("merges.txt", Assert.Throws<NGrammysException>(() => Tokenizer.Load(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_without_the_merges_says_so()
    {
        _folder.Write("tokenizer_config.json", """{"tokenizer_class": "GPT2Tokenizer"}""");
        File.Delete(Path.Combine(_folder.Path, "merges.txt"));

        Assert.Contains("merges.txt", Assert.Throws<NGrammysException>(() => Tokenizer.Load(_folder.Path)).Message, StringComparison.Ordinal);
    }
}
