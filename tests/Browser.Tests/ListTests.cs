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
    public async Task Titles_and_texts_are_searched_in_any_script_and_width()
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
        await Expect(Page.GetByText("Nothing contains this.")).ToBeVisibleAsync();
        await search.PressAsync("Escape");
        await Expect(Page.Locator("nav li")).ToHaveCountAsync(3);
    }

    [Fact]
    public async Task What_was_said_is_found_and_shown_where_it_stands()
    {
        Server.Model.Say("傘をお持ちください。明日は雨が降るでしょう。");
        Server.Model.GoOn();
        await SignInAsync();
        await SayAsync("明日は?");
        await Expect(Reply).ToContainTextAsync("降るでしょう");
        await Expect(Send).ToBeVisibleAsync();
        await Button("Another reply").ClickAsync();
        await Expect(Page.GetByText("2 of 2")).ToBeVisibleAsync();
        await Expect(Send).ToBeVisibleAsync();
        await Button("Edit").ClickAsync();
        Server.Model.Say("Sunny.");
        await Page.GetByRole(AriaRole.Textbox, new() { Name = "Edited message" }).FillAsync("And elsewhere?");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Reply).ToHaveTextAsync("Sunny.");
        await Expect(Send).ToBeVisibleAsync();

        await Page.GetByRole(AriaRole.Searchbox).FillAsync("雨が");

        await Expect(Page.Locator("nav mark")).ToHaveTextAsync("雨が");
        await Page.Locator("nav li a").ClickAsync();
        await Expect(Reply).ToContainTextAsync("降るでしょう");
        await Expect(Page.Locator("article.user")).ToHaveTextAsync("明日は?");
    }

    [Fact]
    public async Task Pinned_conversations_stand_first()
    {
        Server.Model.GoOn();
        await SignInAsync();
        foreach (var question in (string[])["First", "Second"])
        {
            await Button("New conversation").ClickAsync();
            await SayAsync(question);
            await Expect(Link(question)).ToBeVisibleAsync();
            await Expect(Send).ToBeVisibleAsync();
        }

        await Expect(Page.Locator("nav li .title")).ToHaveTextAsync(["Second", "First"]);
        await Button("Pin: First").ClickAsync();
        await Expect(Page.Locator("nav li .title")).ToHaveTextAsync(["First", "Second"]);
        await Page.ReloadAsync();
        await Expect(Page.Locator("nav li .title")).ToHaveTextAsync(["First", "Second"]);
        await Button("Unpin: First").ClickAsync();
        await Expect(Page.Locator("nav li .title")).ToHaveTextAsync(["Second", "First"]);
    }

    [Fact]
    public async Task What_happens_on_another_device_is_seen_at_once()
    {
        await Page.Clock.InstallAsync();
        var other = await OpenPageAsync();
        await other.GotoAsync(Server.NewSignInLink().ToString());
        await Expect(other.GetByText("Nothing here yet.")).ToBeVisibleAsync();

        await AskAsync();
        var line = other.GetByRole(AriaRole.Link, new() { Name = Question });
        await Expect(line.GetByTitle("A reply is being written")).ToBeVisibleAsync();
        await line.ClickAsync();
        await Expect(other.Locator("article.assistant .markdown")).ToContainTextAsync(ScriptedModel.Beginning);
        Server.Model.GoOn();
        await Expect(other.Locator("article.assistant .markdown")).ToContainTextAsync(ScriptedModel.Ending);
        await Expect(line.GetByTitle("A reply is being written")).ToHaveCountAsync(0);

        // A reply that begins there while the conversation is open here.
        await Expect(Send).ToBeVisibleAsync();
        await SayAsync("And then?");
        await Expect(other.Locator("article.user")).ToHaveTextAsync([Question, "And then?"]);
        await Expect(other.Locator("article.assistant .markdown")).ToContainTextAsync([ScriptedModel.Ending, ScriptedModel.Ending]);

        await Expect(Send).ToBeVisibleAsync();
        await Button($"Rename: {Question}").ClickAsync();
        await Page.GetByRole(AriaRole.Textbox, new() { Name = "Title" }).FillAsync("Files");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(other.GetByRole(AriaRole.Link, new() { Name = "Files" })).ToBeVisibleAsync();
        await Button("Delete: Files").ClickAsync();
        await Expect(Button("Undo")).ToBeVisibleAsync();
        await Page.Clock.FastForwardAsync(Decided);
        await Expect(other.GetByText("This conversation does not exist any more.")).ToBeVisibleAsync();
        await Expect(other.GetByRole(AriaRole.Link, new() { Name = "Files" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_conversation_is_handed_out_as_a_file()
    {
        await AskAndReadAsync();

        var markdown = await Page.RunAndWaitForDownloadAsync(() => Button("Export as Markdown").ClickAsync());
        var json = await Page.RunAndWaitForDownloadAsync(() => Button("Export as JSON Lines").ClickAsync());

        Assert.Equal("What does ReadAllText do_.md", markdown.SuggestedFilename);
        var document = await File.ReadAllTextAsync(await markdown.PathAsync());
        Assert.StartsWith($"# {Question}\n\n## You\n\n{Question}\n\n## Assistant\n\n{ScriptedModel.Beginning}", document);
        Assert.Equal("What does ReadAllText do_.jsonl", json.SuggestedFilename);
        // The conversation, two messages, one turn.
        Assert.Equal(4, (await File.ReadAllLinesAsync(await json.PathAsync())).Length);
    }

    [Fact]
    public async Task A_file_becomes_a_conversation_again()
    {
        await AskAndReadAsync();
        var file = await Page.RunAndWaitForDownloadAsync(() => Button("Export as JSON Lines").ClickAsync());
        var chooser = Page.Locator("nav input[type=file]");

        await chooser.SetInputFilesAsync(await file.PathAsync());

        await Expect(Page.Locator("nav li")).ToHaveCountAsync(2);
        await Expect(Page.Locator("article.user")).ToHaveTextAsync(Question);
        await Expect(Reply).ToContainTextAsync(ScriptedModel.Ending);
        await SayAsync("And then?");
        await Expect(Page.Locator("article.assistant")).ToHaveCountAsync(2);
        await Expect(Send).ToBeVisibleAsync();

        await chooser.SetInputFilesAsync(new FilePayload { Name = "bad.jsonl", MimeType = "application/jsonl", Buffer = "no"u8.ToArray() });
        await Expect(Page.GetByText("Line 1 of the file")).ToBeVisibleAsync();
        await Expect(Page.Locator("nav li")).ToHaveCountAsync(2);
    }
}
