using System.Text.Json.Nodes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace NGrammys.Browser.Tests;

/// <summary>The model of a conversation. The server serves one; of a second it tells only this page.</summary>
public sealed class ModelTests : PageTests
{
    private const char EndOfMessage = '\u001e';

    private ILocator Picker => Page.GetByLabel("Model", new() { Exact = true });

    [Fact]
    public async Task Where_one_model_is_served_there_is_nothing_to_choose()
    {
        await AskAndReadAsync();

        await Expect(Page.Locator("header").GetByText("scripted")).ToBeVisibleAsync();
        await Expect(Picker).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_model_is_chosen_and_a_model_that_nobody_serves_is_refused_with_a_line()
    {
        await Page.RouteWebSocketAsync("**/hubs/chat*", socket =>
        {
            var server = socket.ConnectToServer();
            server.OnMessage(frame => socket.Send(WithSecond(frame.Text!)));
        });
        await SignInAsync();
        await Expect(Picker).ToHaveValueAsync("scripted");

        await Picker.SelectOptionAsync("second");
        await SayAsync(Question);

        await Expect(Page.GetByText("No node serves second now. Wait until one does, or choose another model.")).ToBeVisibleAsync();
        await Expect(Page.Locator("article")).ToHaveCountAsync(0);
        await Picker.SelectOptionAsync("scripted");
        Server.Model.GoOn();
        await SayAsync(Question);
        await Expect(Reply).ToContainTextAsync(ScriptedModel.Ending);
        await Expect(Picker).ToHaveValueAsync("scripted");
    }

    private static string WithSecond(string frame) => string.Concat(frame.Split(EndOfMessage, StringSplitOptions.RemoveEmptyEntries).Select(message =>
    {
        var json = JsonNode.Parse(message)!;
        if (json["result"] is JsonObject result && result["models"] is JsonArray models)
        {
            var second = models[0]!.DeepClone();
            second["name"] = "second";
            models.Add(second);
        }

        return json.ToJsonString() + EndOfMessage;
    }));
}
