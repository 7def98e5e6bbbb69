using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace NGrammys.Browser.Tests;

public sealed class ConversationTests : PageTests
{
    [Fact]
    public async Task A_reply_streams_into_the_page_with_its_statistics()
    {
        await AskAsync();
        await Expect(Reply).ToContainTextAsync(ScriptedModel.Beginning);
        await Expect(Reply).Not.ToContainTextAsync(ScriptedModel.Ending);
        await Expect(Page.GetByRole(AriaRole.Log)).ToHaveAttributeAsync("aria-busy", "true");

        Server.Model.GoOn();

        await Expect(Reply).ToContainTextAsync(ScriptedModel.Ending);
        await Expect(Reply.Locator("td code")).ToHaveTextAsync("IOException");
        await Expect(Reply.Locator("pre .hljs-keyword").First).ToHaveTextAsync("var");
        await Expect(Page.GetByLabel("Statistics of this reply")).ToContainTextAsync(new Regex(@"\d+ tokens.*tokens/s.*tokens per call"));
        await Expect(Page.GetByRole(AriaRole.Log)).ToHaveAttributeAsync("aria-busy", "false");
        await Expect(Page.GetByRole(AriaRole.Status).GetByText("The reply is complete.")).ToBeAttachedAsync();
        await Expect(Page.GetByRole(AriaRole.Link, new() { Name = Question })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_reload_in_mid_reply_keeps_it_and_goes_on()
    {
        await AskAsync();
        await Expect(Reply).ToContainTextAsync(ScriptedModel.Beginning);

        await Page.ReloadAsync();
        await Expect(Reply).ToContainTextAsync(ScriptedModel.Beginning);
        Server.Model.GoOn();
        await Expect(Reply).ToContainTextAsync(ScriptedModel.Ending);
        await Expect(Send).ToBeVisibleAsync();
        var streamed = await Reply.InnerTextAsync();

        await Page.ReloadAsync();
        await Expect(Reply).ToHaveTextAsync(await Reply.TextContentAsync() ?? "");
        await Expect(Page.Locator("article")).ToHaveCountAsync(2);
        Assert.Equal(streamed, await Reply.InnerTextAsync());
    }

    [Fact]
    public async Task A_restart_of_the_server_keeps_the_conversation_and_the_sign_in()
    {
        Server.Model.GoOn();
        await AskAsync();
        await Expect(Reply).ToContainTextAsync(ScriptedModel.Ending);
        await Expect(Send).ToBeVisibleAsync();

        await RestartServerAsync();
        Server.Model.GoOn();

        await Expect(Page.GetByText("The server cannot be reached.")).ToBeHiddenAsync();
        await Composer.FillAsync("And then?");
        await Composer.PressAsync("Enter");
        await Expect(Page.Locator("article.assistant")).ToHaveCountAsync(2);
        await Expect(Reply).ToContainTextAsync(ScriptedModel.Ending);
        await Page.ReloadAsync();
        await Expect(Page.Locator("article.user")).ToHaveTextAsync([Question, "And then?"]);
        await Expect(Page.Locator("article.assistant .markdown")).ToContainTextAsync([ScriptedModel.Ending, ScriptedModel.Ending]);
    }

    [Fact]
    public async Task Escape_stops_a_reply_and_it_is_continued()
    {
        await AskAsync();
        await Expect(Reply).ToContainTextAsync(ScriptedModel.Beginning);

        // The model stays halted: a reply that could go on might end before the key arrives.
        await Page.Keyboard.PressAsync("Escape");

        await Expect(Page.GetByText("Stopped.")).ToBeVisibleAsync();
        await Expect(Reply).ToContainTextAsync(ScriptedModel.Beginning);
        await Expect(Send).ToBeVisibleAsync();

        Server.Model.GoOn();
        await Button("Continue").ClickAsync();
        await Expect(Page.Locator("article.user")).ToHaveTextAsync([Question, "Continue."]);
        await Expect(Reply).ToContainTextAsync(ScriptedModel.Ending);
        await Expect(Button("Continue")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_reply_that_waits_for_the_device_tells_how_many_come_before_it()
    {
        Server.Model.Ahead = 2;
        await AskAsync();
        var note = Page.Locator("article.assistant .note");
        await Expect(note).ToHaveTextAsync("The device is busy. Replies that are written before this one: 2");
        Server.Model.Ahead = 0;
        await Expect(note).ToHaveTextAsync("The device is busy. This reply is the next to be written.");

        Server.Model.Ahead = null;
        await Expect(note).ToHaveCountAsync(0);
        Server.Model.GoOn();
        await Expect(Reply).ToContainTextAsync(ScriptedModel.Ending);
    }

    [Fact]
    public async Task A_button_stops_a_reply_as_well_and_another_network_is_waited_for()
    {
        await AskAsync();
        await Expect(Reply).ToContainTextAsync(ScriptedModel.Beginning);

        await Page.Context.SetOfflineAsync(true);
        await Expect(Page.GetByText("You are offline.")).ToBeVisibleAsync();
        await Expect(Reply).ToContainTextAsync(ScriptedModel.Beginning);
        await Page.Context.SetOfflineAsync(false);
        await Expect(Page.GetByText("You are offline.")).ToBeHiddenAsync();

        await Button("Stop (Esc)").ClickAsync();
        await Expect(Page.GetByText("Stopped.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Markup_in_a_reply_neither_runs_nor_loads_anything()
    {
        var requested = new List<string>();
        Page.Request += (_, request) => requested.Add(new Uri(request.Url).Host);
        Server.Model.GoOn();

        await AskAsync();
        await Expect(Reply).ToContainTextAsync(ScriptedModel.Ending);

        await Expect(Reply).ToContainTextAsync("<img src=");
        await Expect(Reply.Locator("img")).ToHaveCountAsync(0);
        await Expect(Reply.Locator("a[href^='javascript']")).ToHaveCountAsync(0);
        Assert.DoesNotContain("run", await Page.TitleAsync());
        Assert.Equal(["127.0.0.1"], requested.Distinct());
    }

    [Fact]
    public async Task The_page_marks_where_old_turns_have_left_the_context()
    {
        Server.Model.Say(ScriptedModel.Ending);
        Server.Model.GoOn();
        await SignInAsync();
        foreach (var (letter, replies) in ((string, int)[])[("a", 1), ("b", 2), ("c", 3)])
        {
            await SayAsync(string.Concat(Enumerable.Repeat(letter, 1400)));
            await Expect(Page.Locator("article.assistant")).ToHaveCountAsync(replies);
            await Expect(Send).ToBeVisibleAsync();
        }

        var mark = Page.GetByRole(AriaRole.Note);
        await Expect(mark).ToContainTextAsync("has left the model’s context");
        // With the one before it, it would not fit half of the context, which is what a prompt is cut to.
        Assert.StartsWith("c", await mark.Locator("xpath=following-sibling::article[1]").InnerTextAsync());
        await Page.ReloadAsync();
        await Expect(mark).ToBeVisibleAsync();
    }
}
