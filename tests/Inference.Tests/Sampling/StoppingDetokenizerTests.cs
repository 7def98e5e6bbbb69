using NGrammys.Inference.Abstractions;
using NGrammys.TestSupport;

namespace NGrammys.Inference.Tests.Sampling;

public sealed class StoppingDetokenizerTests
{
    [Theory]
    [InlineData("one two STOP three", "one two ", true, "STOP")]
    [InlineData("one two STO", "one two STO", false, "STOP")]
    [InlineData("aaab", "a", true, "aab", "xyz")]
    [InlineData("ababac!", "ab", true, "abac", "zz")]
    [InlineData("Grüße 🎉 Ende", "Grüße ", true, "🎉", "Ende")]
    public void Text_ends_before_the_first_stop_string(string said, string expected, bool stopped, params string[] stops)
    {
        var tokenizer = new ByteTokenizer();
        var detokenizer = new StoppingDetokenizer(tokenizer.CreateDetokenizer(), stops);
        var text = "";
        foreach (var token in tokenizer.Encode(said, false, false))
        {
            text += detokenizer.Append(token);
            // What is shown is never taken back.
            Assert.StartsWith(text, expected, StringComparison.Ordinal);
        }

        Assert.Equal(expected, text + detokenizer.Flush());
        Assert.Equal(stopped, detokenizer.Stopped);
    }
}
