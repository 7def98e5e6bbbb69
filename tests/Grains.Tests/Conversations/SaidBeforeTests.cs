using NGrammys.Grains.Conversations;
using NGrammys.TestSupport;

namespace NGrammys.Grains.Tests.Conversations;

public sealed class SaidBeforeTests
{
    private static readonly TinyTokenizer Tokenizer = new();

    [Fact]
    public void A_text_keeps_the_tokens_in_which_it_was_said()
    {
        // The tokenizer has one piece for what the model has said in two.
        int[] said = [0, .. Encode("ask"), 1, Token('{'), Token('"'), .. Encode("a"), 2];
        int[] prompt = [0, .. Encode("ask"), 1, .. Encode("{\"a"), 2, 0, .. Encode("more"), 1];
        Assert.Single(Encode("{\""));
        Assert.Equal([.. said, 0, .. Encode("more"), 1], SaidBefore.Splice(prompt, said, Tokenizer));
    }

    [Fact]
    public void Where_the_text_differs_its_own_tokens_go_on()
    {
        int[] prompt = [0, .. Encode("{\"ab"), 1];
        Assert.Equal([0, Token('{'), Token('"'), Token('a'), Token('b'), 1], SaidBefore.Splice(prompt, [0, Token('{'), Token('"'), Token('a'), Token('c')], Tokenizer));
        // It differs within a piece: then the whole piece is the prompt's own.
        Assert.Equal(prompt, SaidBefore.Splice(prompt, [0, Token('{'), Token(':')], Tokenizer));
    }

    [Fact]
    public void Any_two_texts_are_spliced_to_the_first_one_s_text()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            int[] said = [.. Enumerable.Range(0, random.Next(40)).Select(_ => Random(random))];
            var text = Tokenizer.Decode(said, false);
            // The same text for a while, in the tokenizer's own tokens, then another.
            int[] prompt = [.. Tokenizer.Encode(text[..random.Next(text.Length + 1)], false, false), .. Enumerable.Range(0, random.Next(10)).Select(_ => Random(random))];
            var spliced = SaidBefore.Splice(prompt, said, Tokenizer);
            Assert.True(Tokenizer.Decode(prompt, false) == Tokenizer.Decode(spliced, false), $"seed {seed}");
            Assert.True(spliced.AsSpan().CommonPrefixLength(said) >= prompt.AsSpan().CommonPrefixLength(said), $"seed {seed}");
        }
    }

    [Fact]
    public void Special_tokens_are_equal_only_to_themselves()
    {
        Assert.Equal([1, 7], SaidBefore.Splice([1, 7], [2, 7], Tokenizer));
        Assert.Equal([7, 1], SaidBefore.Splice([7, 1], [7, 2], Tokenizer));
        Assert.Equal([7], SaidBefore.Splice([7], [], Tokenizer));
    }

    // Characters that pieces are made of, so that texts can be cut in several ways.
    private static int Random(Random random) => random.Next(4) == 0 ? TinyTokenizer.Vocabulary - 1 - random.Next(3) : Token("{\": true"[random.Next(8)]);

    private static int Token(char character) => Encode($"{character}")[0];

    private static int[] Encode(string text) => Tokenizer.Encode(text, addSpecial: false, parseSpecial: false);
}
