using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace NGrammys.Browser.Tests;

public sealed class ComposerTests : PageTests
{
    [Fact]
    public async Task Enter_ends_a_composition_and_sends_only_behind_it()
    {
        Server.Model.GoOn();
        await SignInAsync();
        await Composer.FocusAsync();
        var inputMethod = await Page.Context.NewCDPSessionAsync(Page);
        await inputMethod.SendAsync("Input.imeSetComposition", new() { ["text"] = "にほん", ["selectionStart"] = 3, ["selectionEnd"] = 3 });
        await Expect(Composer).ToHaveValueAsync("にほん");

        // A key that the input method takes itself, as here, brings no character.
        await inputMethod.SendAsync("Input.dispatchKeyEvent", new() { ["type"] = "rawKeyDown", ["key"] = "Enter", ["code"] = "Enter", ["windowsVirtualKeyCode"] = 13 });
        await Expect(Composer).ToHaveValueAsync("にほん");
        await Expect(Page.Locator("article")).ToHaveCountAsync(0);
        await inputMethod.SendAsync("Input.insertText", new() { ["text"] = "日本" });
        await Composer.PressAsync("Shift+Enter");
        await Page.Keyboard.InsertTextAsync("語");
        await Expect(Composer).ToHaveValueAsync("日本\n語");
        await Composer.PressAsync("Enter");

        await Expect(Page.Locator("article.user")).ToHaveTextAsync("日本\n語");
    }

    [Fact]
    public async Task What_is_pasted_may_be_long_and_what_is_too_long_is_refused_and_stays()
    {
        Server.Model.GoOn();
        await Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await SignInAsync();
        var page = string.Concat(Enumerable.Range(0, 40).Select(i => $"Line {i} of a long text that was pasted.\n"));
        await PasteAsync(page, times: 1);
        await Composer.PressAsync("Enter");
        await Expect(Page.Locator("article.user")).ToContainTextAsync("Line 39 of");
        await Expect(Reply).ToContainTextAsync(ScriptedModel.Ending);
        await Expect(Send).ToBeVisibleAsync();

        // More than the model's context, and more than the server takes.
        foreach (var (times, refusal) in ((int, string)[])[(40, "does not fit"), (800, "too long to be sent")])
        {
            await PasteAsync(page, times);
            var length = await Composer.EvaluateAsync<int>("area => area.value.length");
            await Composer.PressAsync("Enter");
            await Expect(Page.Locator(".notice")).ToContainTextAsync(refusal);
            Assert.Equal(length, await Composer.EvaluateAsync<int>("area => area.value.length"));
            await Expect(Page.Locator("article.user")).ToHaveCountAsync(1);
            await Button("Dismiss").ClickAsync();
        }
    }

    [Fact]
    public async Task The_meter_tells_how_much_of_the_context_is_used()
    {
        await SignInAsync();
        await Expect(Page.Locator("meter")).ToHaveCountAsync(0);
        await AskAndReadAsync();

        var used = await Page.Locator("meter").EvaluateAsync<double>("meter => meter.value");
        Assert.InRange(used, Question.Length, 1000);
        await Expect(Page.GetByText("of 4,096 tokens of context")).ToBeVisibleAsync();
        await SayAsync("And then?");
        await Expect(Page.Locator("article.assistant")).ToHaveCountAsync(2);
        await Expect(Send).ToBeVisibleAsync();
        Assert.True(await Page.Locator("meter").EvaluateAsync<double>("meter => meter.value") > used);
    }

    [Fact]
    public async Task What_waits_for_the_end_of_a_reply_is_the_next_draft_when_the_page_is_left()
    {
        await AskAsync();
        await Expect(Reply).ToContainTextAsync(ScriptedModel.Beginning);
        await SayAsync("And then?");
        await Expect(Page.GetByText("Will be sent when the reply is complete: And then?")).ToBeVisibleAsync();

        await Page.ReloadAsync();

        await Expect(Composer).ToHaveValueAsync("And then?");
        await Expect(Page.Locator("article.user")).ToHaveTextAsync(Question);
    }

    private async Task PasteAsync(string text, int times)
    {
        await Composer.FocusAsync();
        await Page.EvaluateAsync("([text, times]) => navigator.clipboard.writeText(text.repeat(times))", new object[] { text, times });
        await Composer.PressAsync("Control+a");
        await Composer.PressAsync("Control+v");
        await Expect(Send).ToBeEnabledAsync();
    }
}
