using Microsoft.Playwright;
using NGrammys.TestSupport;

namespace NGrammys.Browser.Tests;

/// <summary>The Chromium of this machine, without a window.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Chromium(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    /// <summary>Starts it; the test is skipped where there is none.</summary>
    public static async Task<Chromium> StartAsync()
    {
        var path = Find();
        Requirement.Met(path is not null, "no Chromium is installed; the page can only be tried with one (Debian: apt-get install chromium).");
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = path, Args = Arguments });
        return new Chromium(playwright, browser);
    }

    /// <summary>A page with cookies of its own.</summary>
    public async Task<IPage> OpenPageAsync(BrowserNewContextOptions? options = null)
    {
        var page = await (await _browser.NewContextAsync(options)).NewPageAsync();
        page.SetDefaultTimeout((float)EngineFixture.Patience.TotalMilliseconds);
        Assertions.SetDefaultExpectTimeout((float)EngineFixture.Patience.TotalMilliseconds);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }

    private static string? Find() =>
        (from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
         from name in Names
         let path = Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name)
         where File.Exists(path)
         select path).FirstOrDefault();
}
