using Microsoft.Playwright;

namespace NGrammys.Browser.Tests;

/// <summary>A browser with a page, and a folder for the data of the server, for one test.</summary>
public abstract class BrowserTests : IAsyncLifetime
{
    private Chromium? _chromium;
    private IPage? _page;

    /// <summary>Where the server keeps what it keeps.</summary>
    protected string Data { get; } = Directory.CreateTempSubdirectory("ngrammys-").FullName;

    protected IPage Page => _page!;

    protected ILocator Composer => ComposerOf(Page);

    protected ILocator Reply => ReplyOf(Page);

    protected ILocator Send => Page.GetByRole(AriaRole.Button, new() { Name = "Send" });

    public virtual async ValueTask InitializeAsync()
    {
        _chromium = await Chromium.StartAsync();
        _page = await _chromium.OpenPageAsync();
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await CloseAsync();
        Directory.Delete(Data, recursive: true);
    }

    /// <summary>Where a browser signs in; good once.</summary>
    protected abstract Uri NewSignInLink();

    protected static ILocator ComposerOf(IPage page) => page.GetByRole(AriaRole.Textbox, new() { Name = "Message", Exact = true });

    protected static ILocator ReplyOf(IPage page) => page.Locator("article.assistant .markdown").Last;

    protected ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    /// <summary>Another page with cookies of its own, as on another device.</summary>
    protected Task<IPage> OpenPageAsync(BrowserNewContextOptions? options = null) => _chromium!.OpenPageAsync(options);

    /// <summary>Goes on with a page on a phone.</summary>
    protected async Task UsePhoneAsync()
    {
        await Page.CloseAsync();
        _page = await OpenPageAsync(new() { ViewportSize = new() { Width = 390, Height = 844 }, HasTouch = true, IsMobile = true });
    }

    protected Task SignInAsync() => Page.GotoAsync(NewSignInLink().ToString());

    protected async Task SayAsync(string text)
    {
        await Composer.FillAsync(text);
        await Composer.PressAsync("Enter");
    }

    /// <summary>Takes a picture for the documentation. With <c>NGRAMMYS_PICTURES</c> it is kept in that folder: <c>docs/images</c>.</summary>
    protected async Task TakeAsync(string name, ColorScheme scheme)
    {
        await Page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
        var folder = Environment.GetEnvironmentVariable("NGRAMMYS_PICTURES");
        var picture = await Page.ScreenshotAsync(new() { Path = folder is null ? null : Path.Combine(folder, $"{name}.png"), Caret = ScreenshotCaret.Hide });
        Assert.True(picture.Length > 10_000, $"the picture '{name}' has {picture.Length} bytes: hardly anything is on it");
        Assert.True(picture.Length < 150_000, $"the picture '{name}' has {picture.Length} bytes: too much for a repository");
    }

    /// <summary>Ends the browser. A server that still has its connections ends slowly.</summary>
    protected async Task CloseAsync()
    {
        if (_chromium is not null) await _chromium.DisposeAsync();
        _chromium = null;
    }
}
