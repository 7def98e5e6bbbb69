using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace NGrammys.Browser.Tests;

/// <summary>The pictures of the documentation, but for that of the trace, which needs a model that is worth guessing (<see cref="ProgramTests"/>).</summary>
public sealed class PictureTests : PageTests
{
    private const string Answer = """
        `File.ReadAllText` opens a text file, reads **all of it** into one string, and closes it again.

        ```csharp
        var notes = File.ReadAllText("notes.txt");
        var lines = File.ReadAllLines("notes.txt");
        ```

        | Exception | Reason |
        |---|---|
        | `FileNotFoundException` | there is no such file |
        | `UnauthorizedAccessException` | the file may not be read |

        For large files read line by line with `File.ReadLines`: the memory it needs is that of one line, $O(1)$ instead of $O(n)$.
        """;

    [Fact]
    public async Task Pictures_show_the_page_in_light_dark_on_a_phone_and_what_operators_see()
    {
        Server.Model.Say(Answer);
        Server.Model.GoOn();
        await Page.SetViewportSizeAsync(1280, 860);
        await SignInAsync();
        foreach (var question in (string[])["How do I join two paths?", "What does ReadAllText do?"])
        {
            await Button("New conversation").ClickAsync();
            await SayAsync(question);
            await Expect(Reply).ToContainTextAsync("that of one line");
            await Expect(Send).ToBeVisibleAsync();
        }

        await Expect(Reply.Locator("math").First).ToBeVisibleAsync();
        var conversation = Page.Url;
        await TakeAsync("conversation", ColorScheme.Light);
        await TakeAsync("dark", ColorScheme.Dark);
        await Page.GetByRole(AriaRole.Link, new() { Name = "Operations" }).ClickAsync();
        await Expect(Page.Locator("canvas")).ToHaveCountAsync(5);
        for (var i = 0; i < 3; i++) await AskElsewhereAsync();
        await Expect(Page.GetByRole(AriaRole.Img, new() { NameRegex = new Regex(@"last passes \d") })).ToBeVisibleAsync();
        await TakeAsync("admin", ColorScheme.Light);
        await UsePhoneAsync();
        await SignInAsync();
        await Page.GotoAsync(conversation);
        await Expect(Reply.Locator("math").First).ToBeVisibleAsync();
        await TakeAsync("phone", ColorScheme.Light);
    }
}
