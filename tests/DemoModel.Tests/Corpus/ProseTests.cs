using System.Xml.Linq;
using NGrammys.DemoModel.Corpus;

namespace NGrammys.DemoModel.Tests.Corpus;

public sealed class ProseTests
{
    [Theory]
    [InlineData("<s>Opens a text file.</s>", "Opens a text file.")]
    [InlineData("<s>\n  Opens\n  a  file. Then closes it.</s>", "Opens a file.")]
    [InlineData("<s>Gets the size of a <see cref=\"T:System.Collections.Generic.List`1\" />.</s>", "Gets the size of a List<T>.")]
    [InlineData("<s>Uses <see cref=\"M:System.String.Join(System.Char,System.String[])\" /> on <paramref name=\"values\" />.</s>", "Uses String.Join on values.")]
    [InlineData("<s>Returns <see langword=\"null\" /> in a <see cref=\"T:System.Collections.Generic.Dictionary`2\" /></s>", "Returns null in a Dictionary<TKey, TValue>.")]
    [InlineData("<s>Works in .NET Framework, e.g. Version 2. Not in others.</s>", "Works in .NET Framework, e.g. Version 2.")]
    [InlineData("<s>Runs <c>code</c> of <see href=\"https://a.b\">a page</see>.</s>", "Runs code of a page.")]
    public void FirstSentence_resolves_markup(string xml, string expected) =>
        Assert.Equal(expected, Prose.FirstSentence(XElement.Parse(xml)));

    [Fact]
    public void FirstSentence_of_nothing_is_null()
    {
        Assert.Null(Prose.FirstSentence(null));
        Assert.Null(Prose.FirstSentence(XElement.Parse("<s> </s>")));
    }

    [Theory]
    [InlineData("Opens a file.", true)]
    [InlineData("Accesses a file.", true)]
    [InlineData("The name of a file.", false)]
    [InlineData("This property is not supported.", false)]
    [InlineData("Class that opens.", false)]
    public void BeginsWithVerb_knows_the_third_person(string sentence, bool expected) => Assert.Equal(expected, Prose.BeginsWithVerb(sentence));

    [Theory]
    [InlineData("Opens a file.", "opens a file.")]
    [InlineData("A file.", "a file.")]
    [InlineData("URI of a file.", "URI of a file.")]
    public void Uncapitalized_leaves_abbreviations(string sentence, string expected) => Assert.Equal(expected, Prose.Uncapitalized(sentence));

    [Fact]
    public void Enumerated_joins_as_English_does()
    {
        Assert.Equal("a", Prose.Enumerated(["a"]));
        Assert.Equal("a and b", Prose.Enumerated(["a", "b"]));
        Assert.Equal("a, b and c", Prose.Enumerated(["a", "b", "c"]));
    }
}
