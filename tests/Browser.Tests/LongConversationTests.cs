using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Playwright;
using NGrammys.TestSupport;
using static Microsoft.Playwright.Assertions;

namespace NGrammys.Browser.Tests;

/// <summary>A conversation of 500 messages in which replies stream. With <c>NGRAMMYS_PAGE_SECONDS</c> they stream for that long at 200 tokens a second, and what
/// that costs the page is told; the machine must have nothing else to do then.</summary>
public sealed class LongConversationTests : PageTests
{
    private const int Messages = 500;
    private const int Pace = 200;
    private const double MostDraws = 20;
    private const double MostLongTasks = 2;

    private const string Answer = """
        `File.ReadLines` reads **one line at a time**.

        ```csharp
        foreach (var line in File.ReadLines("notes.txt"))
            if (line.Length > 0) Console.WriteLine(line);
        ```

        | Call | Memory |
        |---|---|
        | `ReadAllText` | the whole file |
        | `ReadLines` | one line |

        """;

    private const string Watch = """
        window.tasks = []
        new PerformanceObserver(list => tasks.push(...list.getEntries().map(entry => entry.duration))).observe({ type: 'longtask' })
        """;

    // What changes inside the messages before the last, and whether the reply's first block stays the node that it was.
    private const string Observe = """
        () => {
          const articles = [...document.querySelectorAll('.log article')], last = articles.at(-1)
          window.changes = 0
          window.first = last.querySelector('.markdown > *')
          const observer = new MutationObserver(list => window.changes += list.length)
          for (const article of articles.slice(0, -1)) observer.observe(article, { subtree: true, childList: true, characterData: true })
        }
        """;

    // When the last reply changed; one draw may be told in several pieces, at one time.
    private const string Draws = """
        () => {
          window.tasks.length = 0
          window.draws = []
          const told = () => {
            const now = performance.now()
            if (!(now - window.draws.at(-1) < 5)) window.draws.push(now)
          }
          new MutationObserver(list => { if (list.some(({ target }) => target.parentElement?.closest('.markdown') || target.closest?.('.markdown'))) told() })
            .observe(document.querySelector('.log'), { subtree: true, childList: true, characterData: true })
        }
        """;

    // Asks for another reply and waits until it is complete, with less work for the page than to find a button among thousands is.
    private const string Again = """
        async version => {
          const last = () => [...document.querySelectorAll('.log article.assistant')].at(-1)
          const button = () => last().querySelector('[aria-label="Another reply"]:enabled')
          const until = async holds => { while (!holds()) await new Promise(resolve => setTimeout(resolve, 100)) }
          await until(button)
          button().click()
          await until(() => last().querySelector('footer').textContent.includes(version))
        }
        """;

    [Fact]
    public async Task A_streaming_reply_touches_nothing_that_is_written()
    {
        await OpenLongConversationAsync();

        await SayAsync(Question);
        await Expect(Page.Locator("article")).ToHaveCountAsync(Messages + 2);
        await Expect(Page.Locator("article.assistant").Last.Locator("pre").First).ToBeVisibleAsync();
        await Page.EvaluateAsync(Observe);
        Server.Model.GoOn();
        await Expect(Reply).ToContainTextAsync(ScriptedModel.Ending);
        await Expect(Send).ToBeVisibleAsync();

        Assert.Equal(0, await Page.EvaluateAsync<int>("window.changes"));
        Assert.True(await Page.EvaluateAsync<bool>("window.first === [...document.querySelectorAll('article.assistant')].at(-1).querySelector('.markdown > *')"));
    }

    [Fact]
    public async Task A_streaming_reply_is_drawn_twenty_times_a_second_with_little_work_and_leaves_no_memory()
    {
        await OpenLongConversationAsync();
        var span = double.TryParse(Environment.GetEnvironmentVariable("NGRAMMYS_PAGE_SECONDS"), CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        Server.Model.GoOn();
        await SayAsync(Question);
        await Expect(Page.Locator("article")).ToHaveCountAsync(Messages + 2);
        await Expect(Send).ToBeVisibleAsync();
        var session = await Page.Context.NewCDPSessionAsync(Page);
        await session.SendAsync("Performance.enable", new() { ["timeDomain"] = "threadTicks" });
        var (heap, work) = (await HeapAsync(session), await WorkAsync(session));
        await Page.EvaluateAsync(Draws);
        Server.Model.TokensPerSecond = Pace;

        var began = TimeProvider.System.GetTimestamp();
        var replies = await StreamAsync(span ?? TimeSpan.Zero);
        var elapsed = TimeProvider.System.GetElapsedTime(began).TotalSeconds;

        work = await WorkAsync(session) - work;
        heap = await HeapAsync(session) - heap;
        var said = (await Reply.InnerTextAsync()).Length;
        var draws = await Page.EvaluateAsync<double[]>("window.draws");
        var tasks = await Page.EvaluateAsync<double[]>("window.tasks");
        TestContext.Current.SendDiagnosticMessage(string.Create(CultureInfo.InvariantCulture,
            $"{Messages} messages, {replies} replies of {said} characters in {elapsed:F0} s: {draws.Length / elapsed:F1} draws/s, {work / draws.Length * 1e3:F1} ms of work each; {tasks.Length / elapsed:F2} long tasks/s, the longest {tasks.DefaultIfEmpty().Max():F0} ms; heap grew by {heap / 1e6:F1} MB"));
        Assert.InRange(draws.Length, 1, elapsed * MostDraws + 3 * replies);
        Assert.InRange(work / draws.Length, 0, 0.05);
        Assert.InRange(heap / replies, 0, 1e6);
        if (span is not null) Assert.InRange(tasks.Length / elapsed, 0, MostLongTasks);
    }

    private async Task OpenLongConversationAsync()
    {
        Server.Model.Say(string.Concat(Enumerable.Repeat(Answer, 3)) + ScriptedModel.Ending);
        await Page.AddInitScriptAsync(Watch);
        await SignInAsync();
        await Page.Locator("nav input[type=file]").SetInputFilesAsync(
            new FilePayload { Name = "long.jsonl", MimeType = "application/jsonl", Buffer = Encoding.UTF8.GetBytes(LongConversation()) });
        await Expect(Page.Locator("article")).ToHaveCountAsync(Messages);
    }

    /// <summary>Lets replies stream for a while, one after the other, and returns how many.</summary>
    private async Task<int> StreamAsync(TimeSpan span)
    {
        var began = TimeProvider.System.GetTimestamp();
        var replies = 0;
        do
        {
            replies++;
            await Page.EvaluateAsync(Again, $"{replies + 1} of {replies + 1}").For($"reply {replies + 1} to be complete");
        }
        while (TimeProvider.System.GetElapsedTime(began) < span);

        return replies;
    }

    private static async Task<double> HeapAsync(ICDPSession session)
    {
        await session.SendAsync("HeapProfiler.collectGarbage");
        return (await session.SendAsync("Runtime.getHeapUsage"))!.Value.GetProperty("usedSize").GetDouble();
    }

    /// <summary>What the page's main thread has spent so far: seconds of its processor, not of the clock.</summary>
    private static async Task<double> WorkAsync(ICDPSession session) =>
        (await session.SendAsync("Performance.getMetrics"))!.Value.GetProperty("metrics").EnumerateArray()
            .Single(metric => metric.GetProperty("name").GetString() == "TaskDuration").GetProperty("value").GetDouble();

    private static string LongConversation()
    {
        var (file, created, parent) = (new StringBuilder(), DateTimeOffset.UnixEpoch, (Guid?)null);
        Add(new { format = "ngrammys.conversation", version = 1, conversation = new { title = "Files", settings = new { }, createdAt = created } });
        for (var i = 0; i < Messages; i++)
        {
            var id = Guid.NewGuid();
            Add(new { message = new { id, parent, role = i % 2 == 0 ? "user" : "assistant", text = i % 2 == 0 ? $"Question {i / 2}" : Answer, createdAt = created } });
            parent = id;
        }

        return file.ToString();

        void Add(object line) => file.Append(JsonSerializer.Serialize(line)).Append('\n');
    }
}
