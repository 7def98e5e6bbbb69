using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace NGrammys.Browser.Tests;

public sealed class ListTests : PageTests
{
    // Longer than a deletion can be undone.
    private const int Decided = 9000;

    private ILocator Link(string title) => Page.GetByRole(AriaRole.Link, new() { Name = title });

    [Fact]
    public async Task A_conversation_is_renamed()
    {
        await AskAndReadAsync();

        await Button($"Rename: {Question}").ClickAsync();
        await Page.GetByRole(AriaRole.Textbox, new() { Name = "Title" }).FillAsync("Files");
        await Page.Keyboard.PressAsync("Enter");

        await Expect(Link("Files")).ToBeVisibleAsync();
        await Page.ReloadAsync();
        await Expect(Link("Files")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_deleted_conversation_comes_back_when_that_is_wanted_and_stays_away_otherwise()
    {
        await Page.Clock.InstallAsync();
        await AskAndReadAsync();

        await Button($"Delete: {Question}").ClickAsync();
        await Expect(Page.Locator("article")).ToHaveCountAsync(0);
        await Expect(Link(Question)).ToHaveCountAsync(0);
        await Button("Undo").ClickAsync();
        await Expect(Link(Question)).ToBeVisibleAsync();

        await Button($"Delete: {Question}").ClickAsync();
        await Expect(Button("Undo")).ToBeVisibleAsync();
        await Page.Clock.FastForwardAsync(Decided);
        await Expect(Button("Undo")).ToBeHiddenAsync();
        await Page.ReloadAsync();
        await Expect(Page.GetByText("Nothing here yet.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Titles_are_searched_in_any_script_and_width()
    {
        Server.Model.GoOn();
        await SignInAsync();
        foreach (var question in (string[])["東京の天気", "Ｃ＃のファイル", "Files"])
        {
            await Button("New conversation").ClickAsync();
            await SayAsync(question);
            await Expect(Link(question)).ToBeVisibleAsync();
            await Expect(Send).ToBeVisibleAsync();
        }

        await Page.Keyboard.PressAsync("Alt+k");
        await Page.Keyboard.InsertTextAsync("天気");
        await Expect(Page.Locator("nav li")).ToHaveTextAsync(["東京の天気"]);
        var search = Page.GetByRole(AriaRole.Searchbox);
        await search.FillAsync("c#");
        await Expect(Page.Locator("nav li")).ToHaveTextAsync(["Ｃ＃のファイル"]);
        await search.FillAsync("nowhere");
        await Expect(Page.GetByText("No title contains this.")).ToBeVisibleAsync();
        await search.PressAsync("Escape");
        await Expect(Page.Locator("nav li")).ToHaveCountAsync(3);
    }

    [Fact]
    public async Task A_conversation_is_handed_out_as_a_file()
    {
        await AskAndReadAsync();

        var markdown = await Page.RunAndWaitForDownloadAsync(() => Button("Export as Markdown").ClickAsync());
        var json = await Page.RunAndWaitForDownloadAsync(() => Button("Export as JSON").ClickAsync());

        Assert.Equal("What does ReadAllText do_.md", markdown.SuggestedFilename);
        var document = await File.ReadAllTextAsync(await markdown.PathAsync());
        Assert.StartsWith($"# {Question}\n\n## You\n\n{Question}\n\n## Assistant\n\n{ScriptedModel.Beginning}", document);
        using var exported = System.Text.Json.JsonDocument.Parse(await File.ReadAllTextAsync(await json.PathAsync()));
        Assert.Equal(2, exported.RootElement.GetProperty("messages").GetArrayLength());
    }
}
