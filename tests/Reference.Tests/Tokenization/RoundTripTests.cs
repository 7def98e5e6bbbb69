using System.Text;

namespace NGrammys.Reference.Tests.Tokenization;

/// <summary>Any text, through real vocabularies and back.</summary>
public sealed class RoundTripTests(ITestOutputHelper output)
{
    private const int Texts = 400;

    public static TheoryData<string> Names => TokenizerFixtures.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Decode_of_encoded_text_is_the_text_in_one_piece_and_in_many(string name)
    {
        var tokenizer = TokenizerFixtures.Load(name);
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var i = 0; i < Texts; i++)
        {
            var text = RandomText(random);
            var ids = tokenizer.Encode(text, addSpecial: false, parseSpecial: false);
            var detokenizer = tokenizer.CreateDetokenizer();
            var pieces = ids.Select(detokenizer.Append).Append(detokenizer.Flush()).ToList();

            Assert.Equal(Kept(name, text), tokenizer.Decode(ids, skipSpecial: false));
            Assert.Equal(tokenizer.Decode(ids, skipSpecial: true), string.Concat(pieces));
            Assert.All(pieces, piece => Assert.Equal(piece, string.Concat(piece.EnumerateRunes()))); // whole code points, or it would say U+FFFD twice
        }
    }

    // What a normalizer loses is lost: Qwen composes, and SentencePiece writes a space as U+2581.
    private static string Kept(string name, string text) => name switch
    {
        "qwen2.5" => text.Normalize(NormalizationForm.FormC),
        // This one adds a space only where none stands, and takes one away from every text.
        "llama-2-metaspace" when text.StartsWith(' ') || text.StartsWith('\u2581') => text.Replace('\u2581', ' ')[1..],
        "llama-2" or "llama-2-metaspace" or "phi-3" or "gemma-like" => text.Replace('\u2581', ' '),
        _ => text,
    };

    private static string RandomText(Random random) => string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(_ => random.Next(8) switch
    {
        0 => "The quick brown fox's 1234567 jumps",
        1 => new string(' ', random.Next(1, 6)),
        2 => random.Next(2) == 0 ? "\r\n" : "\n\n\t",
        3 => "<|im_end|></s><s>[INST] <0x0A>",
        4 => new string((char)random.Next('!', 'z'), random.Next(1, 50)),
        _ => Character(random),
    }));

    // Any scalar but U+FFFE, which .NET does not normalise.
    private static string Character(Random random)
    {
        while (true)
        {
            var value = random.Next(3) switch { 0 => random.Next(0x250), 1 => random.Next(0x10000), _ => random.Next(0x110000) };
            if (Rune.IsValid(value) && value != 0xFFFE) return char.ConvertFromUtf32(value);
        }
    }
}
