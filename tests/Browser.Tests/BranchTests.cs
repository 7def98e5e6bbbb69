using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace NGrammys.Browser.Tests;

public sealed class BranchTests : PageTests
{
    private ILocator Said => Page.Locator("article.user");

    [Fact]
    public async Task An_edited_message_is_answered_and_the_first_version_stays()
    {
        await AskAndReadAsync();
        await SayAsync("And then?");
        await Expect(Page.Locator("article.assistant")).ToHaveCountAsync(2);
        await Expect(Send).ToBeVisibleAsync();

        await Button("Edit").First.ClickAsync();
        var edited = Page.GetByRole(AriaRole.Textbox, new() { Name = "Edited message" });
        await Expect(edited).ToHaveValueAsync(Question);
        await edited.FillAsync("What does ReadAllLines do?");
        await edited.PressAsync("Enter");

        await Expect(Said).ToHaveTextAsync(["What does ReadAllLines do?"]);
        await Expect(Reply).ToContainTextAsync(ScriptedModel.Ending);
        await Expect(Page.GetByText("2 of 2")).ToBeVisibleAsync();
        await Button("Previous version").ClickAsync();
        await Expect(Said).ToHaveTextAsync([Question, "And then?"]);
        await Page.ReloadAsync();
        await Expect(Said).ToHaveTextAsync([Question, "And then?"]);
        await Expect(Page.GetByText("1 of 2")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Another_reply_stands_beside_the_first()
    {
        await AskAndReadAsync();

        await Button("Another reply").ClickAsync();

        await Expect(Page.GetByText("2 of 2")).ToBeVisibleAsync();
        await Expect(Reply).ToContainTextAsync(ScriptedModel.Ending);
        await Button("Previous version").ClickAsync();
        await Expect(Page.GetByText("1 of 2")).ToBeVisibleAsync();
        await Expect(Reply).ToContainTextAsync(ScriptedModel.Ending);
    }

    [Fact]
    public async Task The_arrow_key_edits_the_last_message_and_escape_leaves_it_alone()
    {
        await AskAndReadAsync();

        await Composer.PressAsync("ArrowUp");
        var edited = Page.GetByRole(AriaRole.Textbox, new() { Name = "Edited message" });
        await edited.FillAsync("something else");
        await edited.PressAsync("Escape");

        await Expect(Said).ToHaveTextAsync([Question]);
    }

    [Fact]
    public async Task A_message_written_during_a_reply_waits_in_sight()
    {
        await AskAsync();
        await Expect(Reply).ToContainTextAsync(ScriptedModel.Beginning);

        await SayAsync("And then?");
        await Expect(Page.GetByText("Will be sent when the reply is complete: And then?")).ToBeVisibleAsync();
        await Expect(Said).ToHaveCountAsync(1);
        await Button("Take back").ClickAsync();
        await Expect(Composer).ToHaveValueAsync("And then?");
        await Composer.PressAsync("Enter");
        Server.Model.GoOn();

        await Expect(Said).ToHaveTextAsync([Question, "And then?"]);
        await Expect(Page.Locator("article.assistant .markdown")).ToContainTextAsync([ScriptedModel.Ending, ScriptedModel.Ending]);
    }
}
