using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace NGrammys.Browser.Tests;

/// <summary>A conversation of 500 messages in which replies stream. With <c>NGRAMMYS_PAGE_SECONDS</c> they stream for that long, and what that costs the page is told.</summary>
public sealed class LongConversationTests : PageTests
{
    private const int Messages = 500;

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

    [Fact]
    public async Task A_streaming_reply_touches_nothing_that_is_written()
    {
        Server.Model.Say(string.Concat(Enumerable.Repeat(Answer, 3)) + ScriptedModel.Ending);
        await Page.AddInitScriptAsync(Watch);
        await SignInAsync();
        await Page.Locator("nav input[type=file]").SetInputFilesAsync(
            new FilePayload { Name = "long.jsonl", MimeType = "application/jsonl", Buffer = Encoding.UTF8.GetBytes(LongConversation()) });
        await Expect(Page.Locator("article")).ToHaveCountAsync(Messages);

        await SayAsync(Question);
        await Expect(Page.Locator("article")).ToHaveCountAsync(Messages + 2);
        await Expect(Page.Locator("article.assistant").Last.Locator("pre").First).ToBeVisibleAsync();
        await Page.EvaluateAsync(Observe);
        Server.Model.GoOn();
        await Expect(Reply).ToContainTextAsync(ScriptedModel.Ending);
        await Expect(Send).ToBeVisibleAsync();

        Assert.Equal(0, await Page.EvaluateAsync<int>("window.changes"));
        Assert.True(await Page.EvaluateAsync<bool>("window.first === [...document.querySelectorAll('article.assistant')].at(-1).querySelector('.markdown > *')"));
        if (double.TryParse(Environment.GetEnvironmentVariable("NGRAMMYS_PAGE_SECONDS"), CultureInfo.InvariantCulture, out var seconds))
            await MeasureAsync(TimeSpan.FromSeconds(seconds));
    }

    private async Task MeasureAsync(TimeSpan span)
    {
        var session = await Page.Context.NewCDPSessionAsync(Page);
        var before = await HeapAsync(session);
        await Page.EvaluateAsync("window.tasks.length = 0");
        var began = TimeProvider.System.GetTimestamp();
        var (replies, tokens) = (0, 0);
        while (TimeProvider.System.GetElapsedTime(began) < span)
        {
            await Button("Another reply").Last.ClickAsync();
            replies++;
            // Told when it is complete.
            await Expect(Page.GetByText($"{replies + 1} of {replies + 1}", new() { Exact = true })).ToBeVisibleAsync();
            tokens += (await Reply.InnerTextAsync()).Length;
        }

        var elapsed = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        var tasks = await Page.EvaluateAsync<double[]>("window.tasks");
        var after = await HeapAsync(session);
        TestContext.Current.SendDiagnosticMessage(string.Create(CultureInfo.InvariantCulture,
            $"{Messages} messages, {replies} replies of {tokens / Math.Max(1, replies)} characters in {elapsed:F0} s ({tokens / elapsed:F0} characters/s): {tasks.Length / elapsed:F2} long tasks/s, the longest {tasks.DefaultIfEmpty().Max():F0} ms; heap {before / 1e6:F1} MB before, {after / 1e6:F1} MB after"));
    }

    private static async Task<double> HeapAsync(ICDPSession session)
    {
        await session.SendAsync("HeapProfiler.collectGarbage");
        return (await session.SendAsync("Runtime.getHeapUsage"))!.Value.GetProperty("usedSize").GetDouble();
    }

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
