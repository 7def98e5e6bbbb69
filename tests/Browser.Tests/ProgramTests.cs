using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using NGrammys.Failover.Network;
using NGrammys.ServiceDefaults.Clustering;
using NGrammys.TestSupport;
using static Microsoft.Playwright.Assertions;

namespace NGrammys.Browser.Tests;

/// <summary>The page of the program itself with the bundled model, as a person starts it, over a network that can fail.</summary>
public sealed partial class ProgramTests : BrowserTests
{
    private const string Question = "What does System.IO.File.ReadAllText do?";

    // Replies of 700 tokens, one at a time: long enough to be met in their middle.
    private const string Talkative = """
        {"format":"ngrammys.conversation","version":1,"conversation":{"title":"Talkative","createdAt":"2026-01-01T00:00:00Z",
        "settings":{"Temperature":0,"IgnoreEndOfSequence":true,"MaxTokens":700,"MaxDraftNodes":0}}}
        """;

    // What has passed when something happens: by then the reply has begun and is far from its end.
    private const int Pieces = 24;

    private const int MostAsked = 6;

    // Longer than a reply may be silent, shorter than a connection that nobody reads a reply over.
    private const int NoticedSilence = 4100;

    private static readonly LocatorAssertionsToHaveTextOptions InnerText = new() { UseInnerText = true };

    private readonly IPEndPoint _address = new(IPAddress.Loopback, FreePort.Take(IPAddress.Loopback));
    private readonly Link _network;
    private NgrammysProcess? _server;

    public ProgramTests() => _network = new Link(new IPEndPoint(IPAddress.Loopback, 0), [_address]);

    private ILocator Unfinished => Page.GetByRole(AriaRole.Button, new() { Name = "Stop (Esc)" });

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await ServeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await _network.DisposeAsync();
        if (_server is not null) await _server.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_conversation_is_held_guessed_explained_and_compared()
    {
        await Page.SetViewportSizeAsync(1280, 860);
        await SignInAsync();
        await SayAsync(Question);
        await Expect(Reply).ToContainTextAsync("ReadAllText");
        await Expect(Send).ToBeVisibleAsync();
        // Asked again, the reply before it is what the next one is guessed from; that a guess comes in time is likely, not certain.
        var statistics = Page.GetByLabel("Statistics of this reply").Last;
        for (var asked = 2; asked <= MostAsked; asked++)
        {
            await SayAsync(Question);
            await Expect(Page.Locator("article.assistant")).ToHaveCountAsync(asked);
            await Expect(Send).ToBeVisibleAsync();
            if (Guessed().IsMatch(await statistics.InnerTextAsync())) break;
        }

        await Expect(statistics).ToContainTextAsync(
            new Regex(@"\d+ tokens.*[\d.]+ tokens/s.*[\d.]+ tokens per call.*\d+ of \d+ drafted accepted.*first token after"));
        await Button("Show who guessed each word").Last.ClickAsync();
        var guessed = Page.Locator("article.assistant .text span.context, article.assistant .text span.shared").First;
        await guessed.HoverAsync();
        await Expect(Page.Locator("article.assistant .told")).ToHaveTextAsync(new Regex(@"^(this conversation|earlier replies) · step \d+ · expected to be right: \d+%$"));
        await TakeAsync("trace", ColorScheme.Light);

        await Button("Compare with and without guessing").ClickAsync();
        await Button("Compare").ClickAsync();
        await Expect(Page.GetByText("Both say the same, to the last letter.")).ToBeVisibleAsync();
        await Expect(Page.GetByText(new Regex("Guessing was .+ times as fast"))).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_server_that_is_killed_in_mid_reply_goes_on_with_it_after_a_restart()
    {
        await SignInAsync();
        var undisturbed = await UndisturbedAsync();
        await OpenTalkativeAsync();
        var passed = 0;
        _network.Swallow(_ =>
        {
            if (Interlocked.Increment(ref passed) == Pieces) _server!.Kill();
            return false;
        });

        await SayAsync(Question);
        await Expect(Page.GetByText("The server cannot be reached. Trying again")).ToBeVisibleAsync();
        await Expect(Page.GetByText("The reply goes on as soon as it is back.")).ToBeVisibleAsync();
        await Expect(Unfinished).ToBeVisibleAsync();
        await _server!.DisposeAsync();
        await ServeAsync();

        await Expect(Send).ToBeVisibleAsync();
        await Expect(Reply).ToHaveTextAsync(undisturbed, InnerText);
        await Page.ReloadAsync();
        await Expect(Reply).ToHaveTextAsync(undisturbed, InnerText);
        await Expect(Page.Locator("article")).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task A_silent_connection_is_noticed_within_four_seconds_and_made_anew()
    {
        await Page.Clock.InstallAsync();
        await SignInAsync();
        var undisturbed = await UndisturbedAsync();
        await OpenTalkativeAsync();
        var (passed, cut) = (0, default(Passage));
        _network.Swallow(passage =>
        {
            if (Interlocked.Increment(ref passed) == Pieces) cut = passage;
            return passage == cut;
        });
        var anew = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        await SayAsync(Question);
        await Expect(Reply).Not.ToBeEmptyAsync();
        Page.WebSocket += (_, _) => anew.TrySetResult();
        await HoldTimeAsync();
        await Page.Clock.FastForwardAsync(NoticedSilence);
        await anew.Task.For("the page to make its connection anew");
        await Page.Clock.ResumeAsync();

        await Expect(Send).ToBeVisibleAsync();
        await Expect(Reply).ToHaveTextAsync(undisturbed, InnerText);
    }

    [Fact]
    public async Task A_reload_a_second_tab_and_another_device_go_on_with_the_reply()
    {
        var device = await OpenPageAsync();
        var key = await NgrammysProcess.RunAsync(["key", "create", "phone", "--scope", "chat", "--data", Data]);
        await device.GotoAsync(Address.ToString());
        await device.GetByLabel("API key").FillAsync(key.Output.Trim());
        await device.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await SignInAsync();
        var undisturbed = await UndisturbedAsync();
        await OpenTalkativeAsync();
        var tab = await Page.Context.NewPageAsync();
        foreach (var page in (IPage[])[tab, device])
        {
            await page.GotoAsync(Page.Url);
            await Expect(ComposerOf(page)).ToBeVisibleAsync();
        }

        await SayAsync(Question);
        await Expect(Reply).Not.ToBeEmptyAsync();
        await Page.ReloadAsync();

        foreach (var page in (IPage[])[Page, tab, device])
        {
            await Expect(page.GetByText("The reply reached its longest allowed length.")).ToBeVisibleAsync();
            await Expect(page.Locator("article")).ToHaveCountAsync(2);
            await Expect(ReplyOf(page)).ToHaveTextAsync(undisturbed, InnerText);
        }
    }

    protected override Uri NewSignInLink() => new(Address, SignInLink().Match(_server!.Output).Groups[1].Value);

    private Uri Address => new($"http://{_network.Address}");

    private async Task ServeAsync()
    {
        // The bundled model is so fast that a reply could be over before anything happens to it.
        _server = NgrammysProcess.Start(["serve", "--data", Data, "--port", $"{_address.Port}"], new() { ["Engine__StepTime"] = "00:00:00.005" });
        await _server.PrintedAsync("The sign-in link works once.");
    }

    /// <summary>From here on the page's time passes only as it is told to. It can be held a little later only, and how soon that is past depends on the machine.</summary>
    private async Task HoldTimeAsync()
    {
        for (var later = 50; ; later *= 2)
        {
            try
            {
                await Page.Clock.PauseAtAsync(await Page.EvaluateAsync<string>("later => new Date(Date.now() + later).toISOString()", later));
                return;
            }
            catch (PlaywrightException e) when (e.Message.Contains("to the past", StringComparison.Ordinal))
            {
                // Then a little later than that.
            }
        }
    }

    private async Task OpenTalkativeAsync()
    {
        var file = new FilePayload { Name = "talkative.jsonl", MimeType = "application/jsonl", Buffer = Encoding.UTF8.GetBytes(Talkative.ReplaceLineEndings("")) };
        var before = Page.Url;
        await Page.Locator("nav input[type=file]").SetInputFilesAsync(file);
        await Expect(Page).Not.ToHaveURLAsync(before);
        await Expect(Page.Locator("article")).ToHaveCountAsync(0);
    }

    /// <summary>What such a conversation answers when nothing happens.</summary>
    private async Task<string> UndisturbedAsync()
    {
        await OpenTalkativeAsync();
        await SayAsync(Question);
        await Expect(Page.GetByText("The reply reached its longest allowed length.")).ToBeVisibleAsync();
        // What streams is drawn a little later than it comes; what is stored, at once.
        await Page.ReloadAsync();
        await Expect(Reply).Not.ToBeEmptyAsync();
        return await Reply.InnerTextAsync();
    }

    [GeneratedRegex(@"[1-9]\d* of \d+ drafted accepted")]
    private static partial Regex Guessed();

    [GeneratedRegex(@"Sign in\s+http://[^/]+(\S+)")]
    private static partial Regex SignInLink();
}
