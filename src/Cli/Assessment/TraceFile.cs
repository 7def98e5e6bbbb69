using System.Text.Json;
using NGrammys.Drafting.Assessment;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Cli.Assessment;

/// <summary>Reads recorded conversations, one a line: traces (<c>turns</c> of <c>prompt</c> and <c>completion</c>, or of their ids) and OpenAI-style logs (<c>messages</c>).</summary>
/// <param name="tokenizer">Cuts text; null where a record must hold ids.</param>
internal sealed class TraceFile(RecordTokenizer? tokenizer)
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="NGrammysException">There is no such file, a line is not understood (it is named by its number), or no reply is in it.</exception>
    public List<RecordedTurn> Read(string path)
    {
        if (!File.Exists(path)) throw new NGrammysException($"There is no file '{path}'.");
        List<RecordedTurn> turns = [];
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line)) continue;
            try
            {
                using var record = JsonDocument.Parse(line);
                turns.AddRange(Turns(record.RootElement, Conversation(number)));
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or NGrammysException)
            {
                throw new NGrammysException($"Line {number} of '{path}' is no recorded conversation ({Reason(e)}); see docs/speculation.md for the format.", e);
            }
        }
        return turns.Exists(turn => turn.Reply.Length > 0) ? turns : throw new NGrammysException($"'{path}' holds no reply to assess.");
    }

    private RecordTokenizer Tokenizer => tokenizer ?? throw new FormatException("it holds text, and no tokenizer is named");

    private IEnumerable<RecordedTurn> Turns(JsonElement record, Guid conversation)
    {
        if (record.ValueKind != JsonValueKind.Object) throw new FormatException("it is no JSON object");
        var category = record.TryGetProperty("category", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString()! : "all";
        if (record.TryGetProperty("turns", out var turns))
            return turns.EnumerateArray().Select(turn => Turn(turn, conversation, category)).ToList();
        if (record.TryGetProperty("messages", out var messages))
            return Replies(messages, conversation, category).ToList();
        throw new FormatException("it has neither 'turns' nor 'messages'");
    }

    private RecordedTurn Turn(JsonElement turn, Guid conversation, string category)
    {
        if (turn.TryGetProperty("completion_ids", out var reply) && turn.TryGetProperty("prompt_ids", out var prompt))
            return new RecordedTurn(conversation, category, Ids(prompt), Ids(reply));
        var (before, behind) = Tokenizer.Split(Text(turn, "prompt"), Text(turn, "completion"));
        return new RecordedTurn(conversation, category, before, behind);
    }

    private IEnumerable<RecordedTurn> Replies(JsonElement messages, Guid conversation, string category)
    {
        List<ChatMessage> before = [];
        foreach (var message in messages.EnumerateArray())
        {
            var read = new ChatMessage(Text(message, "role"), Content(message));
            if (read.Role == "assistant" && before.Count > 0 && read.Content.Length > 0)
            {
                var (prompt, reply) = Tokenizer.Reply(before, read.Content);
                yield return new RecordedTurn(conversation, category, prompt, reply);
            }
            before.Add(read);
        }
    }

    private static string Content(JsonElement message)
    {
        if (!message.TryGetProperty("content", out var content) || content.ValueKind == JsonValueKind.Null) return ""; // a call of a tool
        if (content.ValueKind == JsonValueKind.String) return content.GetString()!;
        return string.Concat(content.EnumerateArray().Select(part => part.TryGetProperty("text", out var text) ? text.GetString() : ""));
    }

    private static string Text(JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out var text)) throw new FormatException($"'{name}' is missing");
        return text.ValueKind == JsonValueKind.String ? text.GetString()! : throw new FormatException($"'{name}' is no text");
    }

    private static int[] Ids(JsonElement ids) =>
        [.. ids.EnumerateArray().Select(id => id.TryGetInt32(out var number) && number >= 0 ? number : throw new FormatException($"'{id}' is no token id"))];

    private static Guid Conversation(int line) => new(line, 0, 0, new byte[8]);

    private static string Reason(Exception error) => error is JsonException ? "it is no JSON" : error.Message.TrimEnd('.').Replace('\n', ' ');
}
