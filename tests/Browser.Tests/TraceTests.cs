using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace NGrammys.Browser.Tests;

public sealed class TraceTests : PageTests
{
    private ILocator Pieces => Page.Locator("article.assistant .text span");

    private ILocator Told => Page.Locator("article.assistant .told");

    [Fact]
    public async Task Each_word_shows_who_guessed_it_live_and_after_a_reload()
    {
        await AskAsync();
        await Expect(Reply).ToContainTextAsync(ScriptedModel.Beginning);
        await Button("Show who guessed each word").ClickAsync();
        await Expect(Page.Locator("article.assistant .text")).ToContainTextAsync(ScriptedModel.Beginning);

        Server.Model.GoOn();
        await Expect(Page.Locator("article.assistant .text")).ToContainTextAsync(ScriptedModel.Ending);
        await ShowsEverythingAsync();

        await Page.ReloadAsync();
        await Button("Show who guessed each word").ClickAsync();
        await ShowsEverythingAsync();
        await Button("Show the formatted reply").ClickAsync();
        await Expect(Reply.Locator("table")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_keyboard_goes_from_word_to_word()
    {
        await AskAndReadAsync();
        await Button("Show who guessed each word").ClickAsync();
        await Expect(Told).ToContainTextAsync("arrow keys");

        await Page.Locator("article.assistant .text").FocusAsync();
        await Page.Keyboard.PressAsync("ArrowRight");
        await Expect(Told).ToHaveTextAsync("the model itself · step 1");
        await Page.Keyboard.PressAsync("ArrowRight");
        await Expect(Page.Locator("article.assistant .at")).ToHaveTextAsync(ScriptedModel.Beginning[1..2]);
        await Page.Keyboard.PressAsync("Tab");
        await Expect(Page.Locator("article.assistant .at")).ToHaveCountAsync(0);
    }

    private async Task ShowsEverythingAsync()
    {
        await Pieces.First.HoverAsync();
        await Expect(Told).ToHaveTextAsync("the model itself · step 1");
        await Expect(Page.Locator("article.assistant li", new() { HasText = "the model itself" })).ToBeVisibleAsync();
        await Expect(Page.GetByRole(AriaRole.Img, new() { NameRegex = new Regex(@"Tokens per step: \d+ steps, at most \d+ tokens in one") })).ToBeVisibleAsync();
        // Every character belongs to a token.
        Assert.Contains(ScriptedModel.Ending, string.Concat(await Pieces.AllTextContentsAsync()));
    }
}
