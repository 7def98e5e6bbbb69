using System.Text;
using NGrammys.Inference.Tokenization;

namespace NGrammys.Inference.Tests.Tokenization;

public sealed class IncrementalDetokenizerTests : IDisposable
{
    private readonly TokenizerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Append_holds_back_half_a_code_point()
    {
        var detokenizer = Bytes().CreateDetokenizer();

        Assert.Equal(["", "", "", "😀"], Encoding.UTF8.GetBytes("😀").Select(b => detokenizer.Append(b)));
        Assert.Equal("", detokenizer.Flush());
    }

    [Fact]
    public void Append_gives_up_on_bytes_that_are_no_text_as_soon_as_that_is_certain()
    {
        var detokenizer = Bytes().CreateDetokenizer();

        Assert.Equal("", detokenizer.Append(0xE2));
        Assert.Equal("\uFFFDa", detokenizer.Append('a'));
    }

    [Fact]
    public void Flush_shows_what_never_became_a_code_point()
    {
        var detokenizer = Bytes().CreateDetokenizer();
        detokenizer.Append(0xF0);
        detokenizer.Append(0x9F);

        Assert.Equal("\uFFFD", detokenizer.Flush());
    }

    [Fact]
    public void Append_shows_no_special_token_and_joins_what_it_separates()
    {
        var detokenizer = Bytes().CreateDetokenizer();

        int[] ids = [0xC3, TokenizerFolder.FirstAdded, 0xA9];
        Assert.Equal(["", "", "é"], ids.Select(detokenizer.Append));
    }

    [Fact]
    public void Append_strips_only_the_space_that_opens_the_text()
    {
        var detokenizer = _folder.Load(TokenizerFolder.ByteFallback("▁a", ["▁ a"])).CreateDetokenizer();

        int[] ids = [258, 258, 256, 256];
        Assert.Equal(["a", " a", " ", " "], ids.Select(detokenizer.Append));
    }

    [Fact]
    public void Pieces_joined_equal_the_text_decoded_at_once()
    {
        var random = new Random(2);
        var tokenizer = _folder.Load(TokenizerFolder.ByteFallback("▁é€", []));
        for (var i = 0; i < 1000; i++)
        {
            var ids = Enumerable.Range(0, random.Next(30)).Select(_ => random.Next(-1, 262)).ToArray();
            var detokenizer = tokenizer.CreateDetokenizer();

            Assert.Equal(tokenizer.Decode(ids, skipSpecial: true), string.Concat(ids.Select(detokenizer.Append)) + detokenizer.Flush());
        }
    }

    private Tokenizer Bytes() => _folder.Load(TokenizerFolder.ByteLevel([], TokenizerFolder.Special("<s>")));
}
