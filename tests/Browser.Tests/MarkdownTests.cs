using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace NGrammys.Browser.Tests;

public sealed class MarkdownTests : PageTests
{
    private const string Code = "def area(r):\n    return 3.14 * r ** 2";

    private static readonly string Blocks = $"""
        ## Circles

        1. ~~square~~ **round**
           - inside

        - [x] drawn

        > quoted

        ```python
        {Code}
        ```

        | Letter | Meaning |
        |:---:|---|
        | `r` | the *radius* |

        See <https://example.org/circle>. {ScriptedModel.Ending}
        """;

    // Long enough that the model halts inside of it.
    private static readonly string Thought = string.Concat(Enumerable.Repeat("It may be the area. ", 25));

    [Fact]
    public async Task Blocks_of_every_kind_are_drawn_and_code_and_replies_are_copied()
    {
        await Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        Server.Model.Say(Blocks);
        await AskAndReadAsync();

        await Expect(Reply.Locator("h2")).ToHaveTextAsync("Circles");
        await Expect(Reply.Locator("ol > li del")).ToHaveTextAsync("square");
        await Expect(Reply.Locator("ol > li ul li")).ToHaveTextAsync("inside");
        await Expect(Reply).ToContainTextAsync("☑ drawn");
        await Expect(Reply.Locator("blockquote")).ToHaveTextAsync("quoted");
        await Expect(Reply.Locator("td em")).ToHaveTextAsync("radius");
        await Expect(Reply.Locator("th[align=center]")).ToHaveTextAsync("Letter");
        await Expect(Reply.Locator("pre .hljs-keyword").First).ToHaveTextAsync("def");
        await Expect(Reply.Locator("a")).ToHaveAttributeAsync("rel", "noopener noreferrer");

        await Button("Copy").ClickAsync();
        await Expect(Button("Copied")).ToBeVisibleAsync();
        Assert.Equal(Code, await CopiedAsync());
        await Button("Copy reply").ClickAsync();
        await Expect(Page.Locator("footer").GetByRole(AriaRole.Button, new() { Name = "Copied" })).ToBeVisibleAsync();
        Assert.Equal(Blocks, await CopiedAsync());
    }

    [Fact]
    public async Task Formulas_are_drawn_and_what_draws_them_is_fetched_when_there_are_some()
    {
        var fetched = new List<string>();
        Page.Request += (_, request) => fetched.Add(request.Url);
        Server.Model.Say("It costs $5 or $10.");
        Server.Model.GoOn();
        await AskAsync();
        await Expect(Reply).ToHaveTextAsync("It costs $5 or $10.");
        await Expect(Send).ToBeVisibleAsync();
        Assert.DoesNotContain(fetched, address => address.Contains("katex", StringComparison.Ordinal));

        Server.Model.Say("The area is $\\pi r^2$, in full:\n\n$$A = \\int_0^r 2 \\pi x \\, dx$$\n\nand $\\nothing{$ is none.");
        await SayAsync("And exactly?");

        await Expect(Reply.Locator("p math")).ToHaveCountAsync(1);
        await Expect(Reply.Locator("div.math math")).ToHaveCountAsync(1);
        await Expect(Reply).ToContainTextAsync("\\nothing{ is none.");
        Assert.Contains(fetched, address => address.Contains("katex", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Reasoning_is_open_while_it_is_written_and_folds_when_the_answer_comes()
    {
        Server.Model.Say($"<think>{Thought}</think>\n\n{ScriptedModel.Ending}");
        await AskAsync();
        var reasoning = Page.Locator("article.assistant details");
        await Expect(reasoning).ToHaveAttributeAsync("open", "");
        await Expect(reasoning).ToContainTextAsync("It may be the area.");

        Server.Model.GoOn();
        await Expect(Reply).ToHaveTextAsync(ScriptedModel.Ending);
        await Expect(reasoning).Not.ToHaveAttributeAsync("open", "");
        await Page.GetByText("Reasoning").ClickAsync();
        await Expect(reasoning.Locator(".markdown")).ToBeVisibleAsync();
        await Expect(Page.GetByText("<think>")).ToHaveCountAsync(0);
    }

    private Task<string> CopiedAsync() => Page.EvaluateAsync<string>("navigator.clipboard.readText()");
}
