using NGrammys.DemoModel.Evaluation;

namespace NGrammys.DemoModel.Tests.Evaluation;

public sealed class TokenF1Tests
{
    [Theory]
    [InlineData("Opens a file.", "opens a file", 1.0)]
    [InlineData("File.Open opens a file.", "Opens a file.", 6.0 / 7)]
    [InlineData("a a a", "a b c", 1.0 / 3)]
    [InlineData("nothing", "in common", 0.0)]
    [InlineData("", "in common", 0.0)]
    public void Of_is_the_harmonic_mean_over_words(string reply, string documented, double expected) =>
        Assert.Equal(expected, TokenF1.Of(reply, documented), 1e-9);
}
