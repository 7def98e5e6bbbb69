using System.Net;
using Microsoft.Playwright;
using NGrammys.ServiceDefaults.Clustering;
using NGrammys.TestSupport;
using static Microsoft.Playwright.Assertions;

namespace NGrammys.Browser.Tests;

/// <summary>A page of a server of its own, for one test.</summary>
public abstract class PageTests : IAsyncLifetime
{
    protected const string Question = "What does ReadAllText do?";

    private readonly string _data = Directory.CreateTempSubdirectory("ngrammys-").FullName;
    private readonly int _port = FreePort.Take(IPAddress.Loopback);
    private Chromium? _chromium;
    private Box? _box;
    private IPage? _page;

    private protected Box Server => _box!;

    protected IPage Page => _page!;

    protected ILocator Composer => Page.GetByRole(AriaRole.Textbox, new() { Name = "Message", Exact = true });

    protected ILocator Reply => Page.Locator("article.assistant .markdown").Last;

    protected ILocator Send => Page.GetByRole(AriaRole.Button, new() { Name = "Send" });

    public async ValueTask InitializeAsync()
    {
        _chromium = await Chromium.StartAsync();
        _box = await Box.StartAsync(_data, _port);
        _page = await _chromium.OpenPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_chromium is not null) await _chromium.DisposeAsync();
        if (_box is not null) await _box.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    protected ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    /// <summary>Another page with cookies of its own, as on another device.</summary>
    protected Task<IPage> OpenPageAsync() => _chromium!.OpenPageAsync();

    protected Task SignInAsync() => Page.GotoAsync(Server.NewSignInLink().ToString());

    /// <summary>Signs in and asks.</summary>
    protected async Task AskAsync()
    {
        await SignInAsync();
        await SayAsync(Question);
        await Expect(Page.Locator("article.user")).ToHaveTextAsync(Question);
    }

    /// <summary>Signs in, asks, and waits for the whole reply.</summary>
    protected async Task AskAndReadAsync()
    {
        Server.Model.GoOn();
        await AskAsync();
        await Expect(Reply).ToContainTextAsync(ScriptedModel.Ending);
        await Expect(Send).ToBeVisibleAsync();
    }

    /// <summary>Asks in another conversation, on another page.</summary>
    protected async Task AskElsewhereAsync()
    {
        var other = await OpenPageAsync();
        await other.GotoAsync(Server.NewSignInLink().ToString());
        await other.GetByRole(AriaRole.Textbox, new() { Name = "Message", Exact = true }).FillAsync("And elsewhere?");
        await other.Keyboard.PressAsync("Enter");
        await Expect(other.Locator("article.assistant")).ToHaveCountAsync(1);
        await Expect(other.GetByRole(AriaRole.Button, new() { Name = "Send" })).ToBeVisibleAsync();
        await other.CloseAsync();
    }

    protected async Task SayAsync(string text)
    {
        await Composer.FillAsync(text);
        await Composer.PressAsync("Enter");
    }

    /// <summary>Stops the server, lets the page notice, and starts it again on the same data and address.</summary>
    protected async Task RestartServerAsync()
    {
        await Server.DisposeAsync();
        await Expect(Page.GetByText("The server cannot be reached.")).ToBeVisibleAsync();
        _box = await Box.StartAsync(_data, _port);
    }
}
