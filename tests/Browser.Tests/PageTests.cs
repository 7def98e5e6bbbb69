using System.Net;
using Microsoft.Playwright;
using NGrammys.ServiceDefaults.Clustering;
using static Microsoft.Playwright.Assertions;

namespace NGrammys.Browser.Tests;

/// <summary>A page of a server of its own, whose model says what it is told to.</summary>
public abstract class PageTests : BrowserTests
{
    protected const string Question = "What does ReadAllText do?";

    private readonly int _port = FreePort.Take(IPAddress.Loopback);
    private Box? _box;

    private protected Box Server => _box!;

    protected override Uri NewSignInLink() => Server.NewSignInLink();

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _box = await Box.StartAsync(Data, _port);
    }

    public override async ValueTask DisposeAsync()
    {
        await CloseAsync();
        if (_box is not null) await _box.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

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
        await other.GotoAsync(NewSignInLink().ToString());
        await ComposerOf(other).FillAsync("And elsewhere?");
        await other.Keyboard.PressAsync("Enter");
        await Expect(other.Locator("article.assistant")).ToHaveCountAsync(1);
        await Expect(other.GetByRole(AriaRole.Button, new() { Name = "Send" })).ToBeVisibleAsync();
        await other.CloseAsync();
    }

    /// <summary>Stops the server, lets the page notice, and starts it again on the same data and address.</summary>
    protected async Task RestartServerAsync()
    {
        await Server.DisposeAsync();
        await Expect(Page.GetByText("The server cannot be reached.")).ToBeVisibleAsync();
        _box = await Box.StartAsync(Data, _port);
    }
}
