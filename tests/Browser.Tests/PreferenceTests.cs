using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace NGrammys.Browser.Tests;

public sealed class PreferenceTests : PageTests
{
    [Fact]
    public async Task The_page_speaks_Japanese_and_remembers_it()
    {
        await SignInAsync();
        await Button("Appearance").ClickAsync();
        await Page.GetByLabel("Language").SelectOptionAsync("ja");

        await Expect(Button("新しい会話")).ToBeVisibleAsync();
        await Expect(Page.Locator("html")).ToHaveAttributeAsync("lang", "ja");
        await Page.ReloadAsync();
        await Expect(Page.GetByPlaceholder("何でも聞いてください")).ToBeVisibleAsync();

        // Where nobody has chosen, the browser's own language is spoken.
        var another = await OpenPageAsync(new() { Locale = "ja-JP" });
        await another.GotoAsync(NewSignInLink().ToString());
        await Expect(another.Locator("html")).ToHaveAttributeAsync("lang", "ja");
        await Expect(another.GetByPlaceholder("何でも聞いてください")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_theme_is_chosen_and_remembered()
    {
        await SignInAsync();
        var background = () => Page.Locator("main").EvaluateAsync<string>("element => getComputedStyle(element).backgroundColor");
        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        var light = await background();
        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        Assert.NotEqual(light, await background());
        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });

        await Button("Appearance").ClickAsync();
        await Page.GetByLabel("Theme").SelectOptionAsync("dark");
        await Page.ReloadAsync();
        await Expect(Composer).ToBeVisibleAsync();

        Assert.NotEqual(light, await background());
    }

    [Fact]
    public async Task Settings_of_a_conversation_are_kept_and_reset()
    {
        await AskAndReadAsync();
        await Button("Settings of this conversation").ClickAsync();
        await Expect(Page.GetByLabel("Temperature")).ToHaveAttributeAsync("placeholder", "Default: 0");
        await Page.GetByLabel("System prompt").FillAsync("Be brief.");
        await Page.GetByLabel("Temperature").FillAsync("0.5");
        await Page.GetByLabel("Speculation").SelectOptionAsync("off");
        await Button("Save").ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);

        await Page.ReloadAsync();
        await Expect(Reply).ToBeVisibleAsync();
        await Button("Settings of this conversation").ClickAsync();
        await Expect(Page.GetByLabel("System prompt")).ToHaveValueAsync("Be brief.");
        await Expect(Page.GetByLabel("Temperature")).ToHaveValueAsync("0.5");
        await Expect(Page.GetByLabel("Speculation")).ToHaveValueAsync("off");

        await Button("Reset to the defaults").ClickAsync();
        await Button("Settings of this conversation").ClickAsync();
        await Expect(Page.GetByLabel("System prompt")).ToHaveValueAsync("");
    }

    [Fact]
    public async Task A_draft_survives_a_reload_and_belongs_to_its_conversation()
    {
        await AskAndReadAsync();
        await Composer.FillAsync("not yet");

        await Page.ReloadAsync();
        await Expect(Composer).ToHaveValueAsync("not yet");
        await Page.Keyboard.PressAsync("Alt+n");
        await Expect(Composer).ToHaveValueAsync("");
        await Page.GoBackAsync();
        await Expect(Composer).ToHaveValueAsync("not yet");
    }

    [Fact]
    public async Task Signing_out_leaves_no_draft_in_the_browser()
    {
        await SignInAsync();
        await Composer.FillAsync("nobody else's business");
        await Page.WaitForFunctionAsync("() => Object.keys(localStorage).some(key => key.startsWith('draft '))");

        await Button("Sign out").ClickAsync();

        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
        Assert.Equal(0, await Page.EvaluateAsync<int>("() => Object.keys(localStorage).filter(key => key.startsWith('draft ')).length"));
    }

    [Fact]
    public async Task The_keys_that_a_sheet_shows_do_what_it_says()
    {
        Server.Model.GoOn();
        await SignInAsync();
        await Expect(Composer).ToBeVisibleAsync();

        await Page.Keyboard.PressAsync("Alt+/");

        await Expect(Page.GetByRole(AriaRole.Dialog, new() { Name = "Keys" })).ToContainTextAsync("Stop the reply");
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);

        foreach (var (said, count) in ((string, int)[])[("First", 1), ("Second", 2)])
        {
            await Page.Keyboard.PressAsync("Alt+n");
            await Expect(Page.Locator("article")).ToHaveCountAsync(0);
            await SayAsync(said);
            await Expect(Page.Locator("nav li")).ToHaveCountAsync(count);
            await Expect(Page.Locator("article.user")).ToHaveTextAsync(said);
            await Expect(Send).ToBeVisibleAsync();
        }

        await Page.Keyboard.PressAsync("Alt+ArrowDown");
        await Expect(Page.Locator("article.user")).ToHaveTextAsync("First");
        await Page.Keyboard.PressAsync("Alt+ArrowUp");
        await Expect(Page.Locator("article.user")).ToHaveTextAsync("Second");
        await Page.Keyboard.PressAsync("Alt+b");
        await Expect(Page.Locator("nav")).ToHaveCountAsync(0);
        await Page.Keyboard.PressAsync("Alt+k");
        await Expect(Page.GetByRole(AriaRole.Searchbox)).ToBeFocusedAsync();
    }
}
