using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace NGrammys.Browser.Tests;

public sealed class AccessibilityTests : PageTests
{
    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task The_page_and_its_dialogs_violate_no_rule(ColorScheme scheme)
    {
        await Page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
        await AskAndReadAsync();
        await CheckAsync("conversation");

        await Button("Show who guessed each word").ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Img)).ToBeVisibleAsync();
        await CheckAsync("trace");
        await Button("Edit").First.ClickAsync();
        await CheckAsync("editing");
        await Button("Cancel").ClickAsync();
        foreach (var dialog in (string[])["Settings of this conversation", "Appearance", "Keys"])
        {
            await Button(dialog).ClickAsync();
            await Expect(Page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
            await CheckAsync(dialog);
            await Page.Keyboard.PressAsync("Escape");
        }

        await Button("Compare with and without guessing").ClickAsync();
        await Button("Compare").ClickAsync();
        await Expect(Page.GetByText("Both say the same, to the last letter.")).ToBeVisibleAsync();
        await CheckAsync("comparison");
        await Page.Keyboard.PressAsync("Escape");
        await Page.GetByRole(AriaRole.Searchbox).FillAsync("file");
        await Expect(Page.Locator("nav mark")).Not.ToHaveCountAsync(0);
        await CheckAsync("search");
        await Page.GetByRole(AriaRole.Searchbox).PressAsync("Escape");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Operations" }).ClickAsync();
        await Expect(Page.Locator("canvas")).ToHaveCountAsync(5);
        await CheckAsync("operations");

        await Button("New conversation").ClickAsync();
        await CheckAsync("new conversation");
        await Page.Context.ClearCookiesAsync();
        await Page.ReloadAsync();
        await Expect(Button("Sign in")).ToBeVisibleAsync();
        await CheckAsync("sign-in");
    }

    [Fact]
    public async Task A_phone_shows_everything_and_violates_no_rule()
    {
        await UsePhoneAsync();
        await AskAndReadAsync();
        await CheckAsync("conversation");
        // Where there is no keyboard, no key is spoken of; and what a mouse would have to point at is there.
        await Expect(Page.GetByText("Enter sends")).ToBeHiddenAsync();
        Assert.Equal(1, await Reply.Locator("td code").First.EvaluateAsync<int>("code => code.getClientRects().length"));

        await Button("Show conversations").TapAsync();
        await Expect(Page.GetByRole(AriaRole.Link, new() { Name = Question })).ToBeVisibleAsync();
        await Expect(Button($"Delete: {Question}")).ToBeVisibleAsync();
        await CheckAsync("list");

        Assert.True(await Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "the page is wider than the screen");
    }

    private async Task CheckAsync(string place)
    {
        // Evaluated, not loaded: the page's policy lets no script in.
        await Page.EvaluateAsync(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "axe.min.js")));
        var violations = await Page.EvaluateAsync<JsonElement>(
            "async () => (await axe.run()).violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(node => node.html).join(' | ')}`)");
        Assert.True(violations.GetArrayLength() == 0, $"{place}: {string.Join('\n', violations.EnumerateArray())}");
    }
}
