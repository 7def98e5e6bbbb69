using System.Text.Json;
using NGrammys.Inference.Abstractions;
using NGrammys.Silo.Engines;

namespace NGrammys.Speculation.Benchmarks;

/// <summary>The model's own greedy replies to the questions of a file, made once and kept beside the run.</summary>
internal static class Replies
{
    /// <summary>Tokens of a reply at most: those of the recorded traces, so that both sets weigh alike.</summary>
    public const int MaxTokens = 220;

    /// <summary>Reads the replies to every n-th question, and generates those that are not there yet.</summary>
    /// <param name="questions">JSON Lines: recorded prompts (<c>prompt_ids</c>) or the texts of user messages, as MT-Bench has them.</param>
    /// <param name="kept">File that keeps the replies.</param>
    /// <param name="model">The model folder.</param>
    /// <param name="every">Every n-th question.</param>
    public static async Task<List<Turn>> ReadAsync(string questions, string kept, string model, int every)
    {
        if (!File.Exists(kept)) await WriteAsync(questions, kept, model, every);
        return [.. File.ReadLines(kept).Select(line => JsonSerializer.Deserialize<Turn>(line)!)];
    }

    private static async Task WriteAsync(string questions, string kept, string model, int every)
    {
        using var loaded = LoadedModel.Load(new EngineOptions { Model = model, Device = "cpu" }, TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        string[] lines = [.. File.ReadLines(questions)];
        var replies = new List<Turn>[lines.Length];
        // A few at once share each reading of the weights.
        await Parallel.ForEachAsync(Enumerable.Range(0, lines.Length).Where(line => line % every == 0), new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (line, _) =>
            {
                replies[line] = await AnswerAsync(loaded, line, lines[line]);
                await Console.Error.WriteAsync($"\rreplies to {Path.GetFileName(questions)}: {replies.Count(reply => reply is not null)} of {(lines.Length + every - 1) / every}");
            });
        await Console.Error.WriteLineAsync();
        await File.WriteAllLinesAsync(kept + ".partial", replies.Where(reply => reply is not null).SelectMany(turns => turns).Select(turn => JsonSerializer.Serialize(turn)));
        File.Move(kept + ".partial", kept);
    }

    private static async Task<List<Turn>> AnswerAsync(LoadedModel model, int conversation, string line)
    {
        using var json = JsonDocument.Parse(line);
        var category = json.RootElement.GetProperty("category").GetString()!;
        var turns = new List<Turn>();
        var messages = new List<ChatMessage>();
        foreach (var turn in json.RootElement.GetProperty("turns").EnumerateArray())
        {
            int[] prompt;
            if (turn.ValueKind == JsonValueKind.String)
            {
                messages.Add(new ChatMessage("user", turn.GetString()!));
                prompt = model.Tokenizer.EncodeChat(messages);
            }
            else
            {
                prompt = [.. turn.GetProperty("prompt_ids").EnumerateArray().Select(id => id.GetInt32())];
            }

            var reply = await ReplyAsync(model.Engine, prompt);
            messages.Add(new ChatMessage("assistant", model.Tokenizer.Decode(reply, skipSpecial: true)));
            turns.Add(new Turn(conversation, category, prompt, reply));
        }

        return turns;
    }

    private static async Task<int[]> ReplyAsync(IInferenceEngine engine, int[] prompt)
    {
        var request = new SequenceRequest
        {
            Id = Guid.NewGuid(),
            Tenant = "benchmark",
            Ids = prompt,
            MaxTokens = MaxTokens,
            StopTokens = engine.Model.StopTokens,
            ExpectsDrafts = false,
        };
        await engine.StartAsync(request);
        var reply = new List<int>();
        while (true)
        {
            var result = await engine.VerifyAsync(new VerifyRequest { Sequence = request.Id, Position = reply.Count });
            foreach (var step in result.Steps) reply.AddRange(step.Tokens);
            if (result.Finish is not null) return [.. reply];
        }
    }
}
