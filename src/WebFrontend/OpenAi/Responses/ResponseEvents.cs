using System.Text;
using System.Text.Json.Nodes;
using NGrammys.Client.Protocol;

namespace NGrammys.WebFrontend.OpenAi.Responses;

/// <summary>
/// The numbered events of a streamed response. The number of a delta is that of its last token behind those of the beginning, whoever tells it and however
/// tokens are grouped then: so a stream that broke off is taken up again behind any number, after any failure. Numbers rise and may leave gaps.
/// </summary>
internal sealed class ResponseEvents(ResponseObject response, EventStream stream, int after, bool obfuscation)
{
    // created, in_progress, output_item.added, content_part.added
    private const int Beginning = 4;

    private readonly StringBuilder _text = new();

    /// <summary>First token of the first delta behind a number.</summary>
    public static int FirstPosition(int after) => Math.Max(0, after - Beginning + 1);

    /// <summary>Sends the beginning.</summary>
    public async Task BeginAsync()
    {
        await SendAsync(0, "response.created", new JsonObject { ["response"] = response.Running() });
        await SendAsync(1, "response.in_progress", new JsonObject { ["response"] = response.Running() });
        await SendAsync(2, "response.output_item.added", new JsonObject { ["output_index"] = 0, ["item"] = response.Message("in_progress", null) });
        await SendAsync(3, "response.content_part.added", Part(new JsonObject { ["part"] = ResponseObject.Part("") }));
    }

    /// <summary>Sends what came, and the end behind the last of it.</summary>
    /// <param name="frame">A frame of the reply.</param>
    /// <param name="wholeText">Text of the whole reply where it is known already; else what came is taken together.</param>
    public async Task SendAsync(TurnEvent frame, string? wholeText)
    {
        if (frame.Kind == TurnEventKind.Rewind) _text.Length = Math.Min(_text.Length, frame.TextOffset);
        if (frame.Kind == TurnEventKind.Tokens)
        {
            _text.Append(frame.Text);
            if (frame.Text.Length > 0)
            {
                var delta = Part(new JsonObject { ["delta"] = frame.Text, ["logprobs"] = new JsonArray() });
                if (obfuscation) Obfuscation.Pad(delta, frame.Text);
                await SendAsync(Beginning + frame.Position + frame.Tokens.Count - 1, "response.output_text.delta", delta);
            }
        }

        if (frame.Kind == TurnEventKind.End) await EndAsync(frame, wholeText ?? _text.ToString());
        await stream.KeepAliveAsync();
    }

    private async Task EndAsync(TurnEvent end, string text)
    {
        var statistics = end.Statistics ?? new TurnStatistics();
        var number = Beginning + statistics.Tokens;
        var status = ResponseObject.StatusOf(end.Finish);
        await SendAsync(number, "response.output_text.done", Part(new JsonObject { ["text"] = text, ["logprobs"] = new JsonArray() }));
        await SendAsync(number + 1, "response.content_part.done", Part(new JsonObject { ["part"] = ResponseObject.Part(text) }));
        await SendAsync(number + 2, "response.output_item.done", new JsonObject { ["output_index"] = 0, ["item"] = response.Message(status, text) });
        await SendAsync(number + 3, status is "cancelled" ? "response.incomplete" : $"response.{status}",
            new JsonObject { ["response"] = response.Ended(end.Finish, end.Error, text, statistics) });
    }

    private JsonObject Part(JsonObject content)
    {
        content["item_id"] = response.MessageId;
        content["output_index"] = 0;
        content["content_index"] = 0;
        return content;
    }

    private Task SendAsync(int number, string type, JsonObject content)
    {
        if (number <= after) return Task.CompletedTask;
        content["type"] = type;
        content["sequence_number"] = number;
        return stream.SendAsync(content, type);
    }
}
