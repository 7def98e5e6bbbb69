using NGrammys.DemoModel.Questions;

namespace NGrammys.DemoModel.Tests.Corpus;

public sealed class MemberCatalogTests(CatalogFixture fixture)
{
    [Fact]
    public void Members_are_what_people_ask_for()
    {
        var member = Assert.Single(fixture.Catalog.Members, member => member.DisplayName == "File.ReadAllText");
        Assert.Equal("Opens a text file, reads all the text in the file, and then closes the file.", member.Summary);
        Assert.Equal("static string ReadAllText(string path)", member.Signature);
        Assert.Equal("var result = File.ReadAllText(path);", member.Example);
        Assert.Contains("ArgumentNullException", member.Exceptions);
        Assert.Equal("File.ReadAllText takes one parameter, `string path`: the file to open for reading.", Replies.Parameters(member));
    }

    [Fact]
    public void Names_are_unique() => Assert.Distinct(fixture.Catalog.Members.Select(member => member.DisplayName));

    [Fact]
    public void Strangers_are_no_members()
    {
        Assert.NotEmpty(fixture.Catalog.Strangers);
        Assert.Empty(fixture.Catalog.Strangers.Select(stranger => stranger.BareType).Intersect(fixture.Catalog.Members.Select(member => member.BareType)));
    }
}
