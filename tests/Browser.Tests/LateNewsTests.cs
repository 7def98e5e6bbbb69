using System.Text.Json.Nodes;
using Microsoft.Playwright;
using NGrammys.TestSupport;
using static Microsoft.Playwright.Assertions;

namespace NGrammys.Browser.Tests;

/// <summary>News of a conversation that come later than what the page has seen itself.</summary>
public sealed class LateNewsTests : PageTests
{
    private const char EndOfMessage = '\u001e';

    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IWebSocketRoute? _socket;
    private string _began = "";
    private string _turn = "";
    private int _resumed;
    private volatile bool _late;

    [Fact]
    public async Task A_reply_that_has_ended_does_not_begin_again()
    {
        await Page.RouteWebSocketAsync("**/hubs/chat*", socket =>
        {
            _socket = socket;
            var server = socket.ConnectToServer();
            socket.OnMessage(frame =>
            {
                if (frame.Text!.Contains("\"Resume\"", StringComparison.Ordinal)) _resumed++;
                server.Send(frame.Text);
            });
            server.OnMessage(frame => Pass(frame.Text!));
        });
        await AskAndReadAsync();
        var resumed = _resumed;

        // Its beginning is told once more, and the conversation is seen as it was then.
        _late = true;
        _socket!.Send(_began);
        await _answered.Task.For("the page to ask for the conversation");
        await Button($"Rename: {Question}").ClickAsync();
        await Page.GetByRole(AriaRole.Textbox, new() { Name = "Title" }).FillAsync("Files");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.GetByRole(AriaRole.Link, new() { Name = "Files" })).ToBeVisibleAsync();

        Assert.Equal(resumed, _resumed);
        await Expect(Reply).ToContainTextAsync(ScriptedModel.Ending);
        await Expect(Send).ToBeVisibleAsync();
    }

    private void Pass(string text)
    {
        foreach (var message in text.Split(EndOfMessage, StringSplitOptions.RemoveEmptyEntries))
        {
            var json = JsonNode.Parse(message)!;
            if (json["target"]?.GetValue<string>() == "ListChanged" && json["arguments"]![0]!["conversation"]?["running"]?.GetValue<bool>() == true)
                _began = message + EndOfMessage;
            if (json["result"] is JsonObject sent && sent["turnId"] is { } turn) _turn = turn.GetValue<string>();
            if (_late && json["result"] is JsonObject seen && seen["messages"] is JsonArray messages)
            {
                seen["runningTurnId"] = _turn;
                messages[^1]!["text"] = "";
                messages[^1]!["finish"] = null;
                _socket!.Send(json.ToJsonString() + EndOfMessage);
                _answered.TrySetResult();
                continue;
            }

            _socket!.Send(message + EndOfMessage);
        }
    }
}
