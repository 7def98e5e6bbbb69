using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace NGrammys.Browser.Tests;

public sealed class CompareTests : PageTests
{
    private const string Title = "Compare with and without guessing";

    [Fact]
    public async Task Guessing_ahead_says_the_same_and_nothing_is_kept()
    {
        var sent = new List<string>();
        Page.WebSocket += (_, socket) => socket.FrameSent += (_, frame) => sent.Add(frame.Text ?? "");
        await AskAndReadAsync();
        await Button(Title).ClickAsync();
        await Expect(Page.GetByLabel("Question to compare")).ToHaveValueAsync(Question);

        await Button("Compare").ClickAsync();

        await Expect(Page.GetByText("Both say the same, to the last letter.")).ToBeVisibleAsync();
        await Expect(Page.GetByText(new Regex("Guessing was .+ times as fast"))).ToBeVisibleAsync();
        var (guessed, plain) = (Side("Guessing ahead"), Side("One token a call"));
        await Expect(guessed.Locator(".markdown")).ToContainTextAsync(ScriptedModel.Ending);
        await Expect(plain.Locator(".markdown")).ToContainTextAsync(ScriptedModel.Ending);
        await Expect(plain).ToContainTextAsync("1 tokens per call");
        await Expect(plain).Not.ToContainTextAsync("drafted accepted");
        var tries = sent.Where(frame => frame.Contains("\"Try\"", StringComparison.Ordinal)).ToArray();
        Assert.Equal(["auto", "off"], tries.Select(frame => Regex.Match(frame, "\"mode\":\"([a-z]+)\"").Groups[1].Value));
        Assert.Single(tries.Select(frame => Regex.Match(frame, "\"seed\":([0-9]+)").Groups[1].Value).Distinct());

        await Page.ReloadAsync();
        await Expect(Page.Locator("article.user")).ToHaveTextAsync(Question);
        await Expect(Page.Locator("nav li")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task A_comparison_is_stopped_and_begun_again()
    {
        await SignInAsync();
        await Button(Title).ClickAsync();
        await Page.GetByLabel("Question to compare").FillAsync(Question);
        await Button("Compare").ClickAsync();
        await Expect(Side("Guessing ahead").Locator(".markdown")).ToContainTextAsync(ScriptedModel.Beginning);

        await Button("Stop comparing").ClickAsync();
        await Expect(Button("Compare")).ToBeVisibleAsync();
        Server.Model.GoOn();
        await Button("Compare").ClickAsync();

        await Expect(Page.GetByText("Both say the same, to the last letter.")).ToBeVisibleAsync();
    }

    private ILocator Side(string name) => Page.GetByRole(AriaRole.Region, new() { Name = name });
}
