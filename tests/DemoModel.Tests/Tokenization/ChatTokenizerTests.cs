using NGrammys.DemoModel.Questions;
using NGrammys.DemoModel.Tokenization;

namespace NGrammys.DemoModel.Tests.Tokenization;

public sealed class ChatTokenizerTests
{
    private static readonly ChatTokenizer Tokenizer = ChatTokenizer.Train(["What does File.ReadAllText do? What does it do? It's a file, isn't it?"], 300);

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void Decode_gives_back_any_text(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 200; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => random.Pick<string>(["a", "File", " ", "  ", "\n", "'s", "é", "漢", "🙂", "1", "<", ">.", "?"])));
            Assert.Equal(text, Tokenizer.Decode(Tokenizer.Encode(text)));
        }
    }

    [Fact]
    public void Encode_does_not_recognise_special_tokens_in_what_people_type() =>
        Assert.DoesNotContain(Tokenizer.EndId, Tokenizer.Encode("say <|end|> now"));

    [Fact]
    public void An_exchange_teaches_the_reply_and_its_end()
    {
        var tokens = Tokenizer.EncodeExchange(new("What does it do?", "It's a file.")).ToList();
        Assert.Equal("It's a file.", Tokenizer.Decode(tokens.Where(token => token.Said).Select(token => token.Id)));
        Assert.Equal((Tokenizer.EndId, true), tokens[^1]);
    }

    [Fact]
    public void A_prompt_and_its_reply_are_what_training_reads()
    {
        var exchange = new Exchange("What does it do?", "It's a file.");
        IEnumerable<int> read = [Tokenizer.BeginId, .. Tokenizer.EncodeExchange(exchange).Select(token => token.Id)];
        Assert.Equal(read, Tokenizer.EncodePrompt(exchange.Question).Concat(Tokenizer.EncodeReply(exchange.Reply)));
    }

    [Fact]
    public void A_saved_tokenizer_loads_again()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            Tokenizer.Save(folder);
            Assert.Equal(Tokenizer.Encode("What does File do?"), ChatTokenizer.Load(folder).Encode("What does File do?"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
