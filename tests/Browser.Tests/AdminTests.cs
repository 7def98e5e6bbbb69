using System.Text.RegularExpressions;
using Microsoft.Playwright;
using NGrammys.WebFrontend.Auth;
using static Microsoft.Playwright.Assertions;

namespace NGrammys.Browser.Tests;

public sealed class AdminTests : PageTests
{
    private ILocator Operations => Page.GetByRole(AriaRole.Link, new() { Name = "Operations" });

    [Fact]
    public async Task Operators_see_nodes_devices_and_guesses_live()
    {
        await AskAndReadAsync();
        await Operations.ClickAsync();

        var nodes = Page.GetByRole(AriaRole.Region, new() { Name = "Nodes" });
        await Expect(nodes.Locator("tbody tr")).ToHaveCountAsync(1);
        await Expect(nodes).ToContainTextAsync("Active");
        await Expect(nodes).ToContainTextAsync(new Regex(@"\d MiB"));
        await Expect(Page.Locator("h3", new() { HasText = "scripted · float32" })).ToBeVisibleAsync();
        await Expect(Page.Locator("canvas")).ToHaveCountAsync(5);
        await Expect(Page.GetByRole(AriaRole.Img, new() { NameRegex = new Regex("^Sequences, running 0, waiting 0$") })).ToBeVisibleAsync();
        await AskElsewhereAsync();
        await Expect(Page.GetByRole(AriaRole.Img, new() { NameRegex = new Regex(@"sequences per pass \d") })).ToBeVisibleAsync();
        await Expect(Page.GetByRole(AriaRole.Img, new() { NameRegex = new Regex(@"last passes \d") })).ToBeVisibleAsync();
        await Expect(Page.Locator("dl")).ToContainTextAsync(new Regex(@"Tokens written\s*\d"));
        // Whether a guess came in time for such a fast model is chance.
        await Expect(Page.Locator("tbody").GetByText(new Regex("^(this conversation|Nothing was guessed yet.)$"))).ToBeVisibleAsync();
        var live = await Page.EvaluateAsync<string>("async () => { const r = await fetch('/admin/status'); return r.headers.get('cache-control') }");
        Assert.Equal("no-store", live);

        await Page.GetByRole(AriaRole.Link, new() { Name = Question }).ClickAsync();
        await Expect(Reply).ToContainTextAsync(ScriptedModel.Ending);
    }

    [Fact]
    public async Task Operators_make_and_revoke_keys()
    {
        Page.Dialog += (_, dialog) => dialog.AcceptAsync();
        await SignInAsync();
        await Operations.ClickAsync();
        var keys = Page.GetByRole(AriaRole.Region, new() { Name = "API keys" });
        await Expect(keys).ToContainTextAsync("There are no keys.");

        await keys.GetByLabel("Name").FillAsync("build");
        await keys.GetByLabel("Tokens a day").FillAsync("1000");
        await Button("Create a key").ClickAsync();
        await Expect(keys.Locator("code")).ToContainTextAsync("ngk_");
        await Expect(keys.Locator("tbody")).ToContainTextAsync("Tokens a day: 1,000");
        await keys.GetByLabel("Name").FillAsync("build");
        await Button("Create a key").ClickAsync();
        await Expect(Page.GetByText("There is a key named 'build' already")).ToBeVisibleAsync();

        await Button("Revoke: build").ClickAsync();
        await Expect(keys).ToContainTextAsync("There are no keys.");
    }

    [Fact]
    public async Task Others_see_nothing_of_it()
    {
        await Page.GotoAsync(new Uri(Server.Address, "/#/admin").ToString());
        await Page.GetByLabel("API key").FillAsync(Server.Keys.Create("ordinary", KeyScopes.Ordinary));
        await Button("Sign in").ClickAsync();

        await Expect(Composer).ToBeVisibleAsync();
        await Expect(Page.GetByText("What would you like to know?")).ToBeVisibleAsync();
        await Expect(Operations).ToHaveCountAsync(0);
        Assert.NotEqual(200, await Page.EvaluateAsync<int>("async () => (await fetch('/admin/status')).status"));
    }
}
