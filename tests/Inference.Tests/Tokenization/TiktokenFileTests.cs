using System.Text;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Tokenization;

namespace NGrammys.Inference.Tests.Tokenization;

/// <summary>Vocabularies that are known by their size: the 256 bytes, "ab" and "abc", and fillers.</summary>
public sealed class TiktokenFileTests : IDisposable
{
    private const int Gpt2 = 50_256, Llama3 = 128_000, Qwen = 151_643;

    private readonly TokenizerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Encode_merges_by_rank_and_keeps_whole_words()
    {
        var tokenizer = Load("gpt.tiktoken", Gpt2);

        Assert.Equal([256, 'x', 257], tokenizer.Encode("abxabc", addSpecial: true, parseSpecial: true));
        Assert.Equal("abx é", tokenizer.Decode(tokenizer.Encode("abx é", addSpecial: false, parseSpecial: false), skipSpecial: false));
    }

    [Fact]
    public void Encode_of_Llama_3_begins_with_its_token_unless_told_otherwise()
    {
        Assert.Equal([128_000, 'x', 128_009], Load("tokenizer.model", Llama3).Encode("x<|eot_id|>", addSpecial: true, parseSpecial: true));
        _folder.Write("tokenizer_config.json", """{"add_bos_token": false}""");
        Assert.Equal(['x'], Tokenizer.Load(_folder.Path).Encode("x", addSpecial: true, parseSpecial: true));
    }

    [Fact]
    public void Encode_takes_the_special_tokens_that_the_folder_names()
    {
        _folder.Write("tokenizer_config.json", """{"added_tokens_decoder": {"151643": {"content": "<mine>", "special": true}}}""");
        var tokenizer = Load("qwen.tiktoken", Qwen);

        Assert.Equal([151_643], tokenizer.Encode("<mine>", addSpecial: false, parseSpecial: true));
        Assert.True(tokenizer.Encode("<|im_end|>", addSpecial: false, parseSpecial: true).Length > 1);
        Assert.Equal("", tokenizer.Decode([151_643], skipSpecial: true));
    }

    [Fact]
    public void Encode_of_Qwen_composes_characters()
    {
        var tokenizer = Load("qwen.tiktoken", Qwen);

        Assert.Equal(tokenizer.Encode("\u00E9", false, false), tokenizer.Encode("e\u0301", false, false));
    }

    [Fact]
    public void Load_refuses_a_vocabulary_that_is_not_known() =>
        Assert.Contains("300 tokens", Assert.Throws<NGrammysException>(() => Load("x.tiktoken", 300)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("IQ== 1")]
    [InlineData("IQ==")]
    [InlineData("!!!! 1")]
    [InlineData(" 1")]
    [InlineData("IQ== 99999999999999")]
    public void Load_of_a_damaged_file_says_which_line(string line)
    {
        _folder.Write("x.tiktoken", $"AA== 0\n{line}\nAg== 2\n");

        Assert.Contains(line == "IQ== 1" ? "3 tokens" : "line 2", Assert.Throws<NGrammysException>(() => Tokenizer.Load(_folder.Path)).Message, StringComparison.Ordinal);
    }

    private Tokenizer Load(string name, int size)
    {
        var lines = new StringBuilder();
        for (var rank = 0; rank < size; rank++)
        {
            byte[] token = rank switch
            {
                < 256 => [(byte)rank],
                256 => "ab"u8.ToArray(),
                257 => "abc"u8.ToArray(),
                _ => [0xFF, (byte)rank, (byte)(rank >> 8), (byte)(rank >> 16)],
            };
            lines.Append(Convert.ToBase64String(token)).Append(' ').Append(rank).Append('\n');
        }

        _folder.Write(name, lines.ToString());
        return Tokenizer.Load(_folder.Path);
    }
}
