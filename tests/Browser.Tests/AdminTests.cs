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
    public async Task Operators_drain_a_node_whose_replies_go_on_elsewhere_and_have_it_come_back()
    {
        var asked = new List<string>();
        Page.Dialog += (_, dialog) =>
        {
            asked.Add(dialog.Message);
            dialog.AcceptAsync();
        };
        await AskAsync();
        await Expect(Reply).ToContainTextAsync(ScriptedModel.Beginning);
        await using var neighbour = await Server.StartNeighbourAsync("neighbour");
        await Operations.ClickAsync();
        var row = Page.Locator("tr", new() { HasText = "box" });
        await Expect(row).ToContainTextAsync("Active");
        await Expect(Button("Drain: neighbour")).ToBeVisibleAsync();

        await Button("Drain: box").ClickAsync();
        await Expect(row).ToContainTextAsync("drained");
        await Button("Drain: neighbour").ClickAsync();
        await Expect(Page.GetByText("No other node takes conversations with scripted")).ToBeVisibleAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = Question }).ClickAsync();
        await Expect(Reply).ToContainTextAsync(ScriptedModel.Ending);

        await Operations.ClickAsync();
        await Button("Resume: box").ClickAsync();
        await Expect(row).ToContainTextAsync("Active");
        Assert.Equal(
            [
                "Drain “box”? Its replies go on at other nodes, and it takes no more until it is resumed.",
                "Drain “neighbour”? Its replies go on at other nodes, and it takes no more until it is resumed.",
                "Have “box” take conversations again?",
            ], asked);
    }

    [Fact]
    public async Task Nothing_is_drained_that_was_not_confirmed_also_in_Japanese()
    {
        var (asked, sent) = (new List<string>(), new List<string>());
        Page.Dialog += (_, dialog) =>
        {
            asked.Add(dialog.Message);
            dialog.DismissAsync();
        };
        Page.Request += (_, request) => sent.Add($"{request.Method} {new Uri(request.Url).AbsolutePath}");
        await SignInAsync();
        await Page.EvaluateAsync("localStorage.setItem('language', 'ja')");
        await Page.ReloadAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "運用" }).ClickAsync();

        await Button("切り離す: box").ClickAsync();
        await Page.WaitForResponseAsync("**/admin/status");

        Assert.Equal("「box」を切り離しますか? 回答は他のノードが引き継ぎ、復帰させるまで新しい会話は受け付けません。", Assert.Single(asked));
        Assert.DoesNotContain(sent, request => request.StartsWith("POST /admin", StringComparison.Ordinal));
        await Expect(Button("切り離す: box")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Operators_see_every_device_of_a_node_its_memory_and_that_one_is_lost()
    {
        await SignInAsync();
        await using var neighbour = await Server.StartNeighbourAsync("neighbour");
        await Operations.ClickAsync();
        var node = Page.GetByRole(AriaRole.Region, new() { Name = "neighbour", Exact = true });
        var first = node.GetByRole(AriaRole.Region, new() { Name = "scripted, device 0" });
        var second = node.GetByRole(AriaRole.Region, new() { Name = "scripted, device 1" });

        await Expect(first).ToContainTextAsync(new Regex(@"Memory, with the process\s*[\d,]+ MiB"));
        await Expect(second).ToContainTextAsync(new Regex(@"Memory of the device\s*20,480 / 81,920 MiB"));
        await Expect(second.Locator("canvas")).ToHaveCountAsync(5);
        Assert.True(neighbour.Devices.TryLose(1));

        await Expect(second.GetByRole(AriaRole.Alert)).ToContainTextAsync("hangs or has failed");
        await Expect(first.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        await Expect(Page.GetByRole(AriaRole.Region, new() { Name = "scripted", Exact = true })).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Operators_see_the_dashboard_of_Orleans_whole_under_its_policy()
    {
        var complaints = new List<string>();
        await AskAndReadAsync();
        await Operations.ClickAsync();
        var dashboard = await Page.RunAndWaitForPopupAsync(() => Page.GetByRole(AriaRole.Link, new() { NameRegex = new Regex("^Orleans dashboard") }).ClickAsync());
        dashboard.Console += (_, message) =>
        {
            if (message.Type == "error") complaints.Add(message.Text);
        };

        await dashboard.ReloadAsync();
        await Expect(dashboard.GetByText("Total Activations")).ToBeVisibleAsync();
        foreach (var (place, told) in new[] { ("Grains", "ConversationGrain"), ("Silos", "box"), ("Lifecycle", "Startup stages") })
        {
            await dashboard.Locator("#menu").GetByRole(AriaRole.Link, new() { Name = place, Exact = true }).ClickAsync();
            await Expect(dashboard.GetByText(told).First).ToBeVisibleAsync();
        }

        await Expect(dashboard.Locator("svg .node").First).ToBeVisibleAsync();
        Assert.Empty(complaints);
        Assert.DoesNotContain("unsafe", await Page.EvaluateAsync<string>("async () => (await fetch('/')).headers.get('content-security-policy')"));
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
