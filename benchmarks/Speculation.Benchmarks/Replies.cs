using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using NGrammys.Inference.Abstractions;
using NGrammys.Silo.Engines;

namespace NGrammys.Speculation.Benchmarks;

/// <summary>The model's own greedy replies to the questions of a file: recorded ones, or made once and kept beside the run, a line for each conversation.</summary>
internal static class Replies
{
    // Those of the recorded traces, so that both sets weigh alike.
    private const int MaxTokens = 220;

    /// <summary>Reads the replies to every n-th question, and generates those that are not there yet.</summary>
    /// <param name="questions">JSON Lines: recorded turns (<c>prompt_ids</c>, <c>completion_ids</c>) or the texts of user messages, as MT-Bench has them.</param>
    /// <param name="kept">File that keeps generated replies; what a run that was broken off has generated is there.</param>
    /// <param name="model">The model folder.</param>
    /// <param name="every">Every n-th question.</param>
    public static async Task<List<Turn>> ReadAsync(string questions, string kept, string model, int every)
    {
        string[] lines = [.. File.ReadLines(questions)];
        var wanted = Enumerable.Range(0, lines.Length).Where(line => line % every == 0).ToList();
        var replies = new ConcurrentDictionary<int, Turn[]>();
        foreach (var line in wanted)
        {
            if (Recorded(line, lines[line]) is { } turns) replies[line] = turns;
        }

        foreach (var turns in File.Exists(kept) ? File.ReadLines(kept).Select(line => JsonSerializer.Deserialize<Turn[]>(line)!) : []) replies[turns[0].Conversation] = turns;
        wanted.RemoveAll(replies.ContainsKey);
        if (wanted.Count > 0) await GenerateAsync(lines, wanted, replies, kept, model);
        return [.. replies.Where(reply => reply.Key % every == 0).OrderBy(reply => reply.Key).SelectMany(reply => WithEarlier(reply.Value))];
    }

    private static IEnumerable<Turn> WithEarlier(Turn[] turns) => turns.Select((turn, number) => number == 0 ? turn : turn with { Earlier = turns[number - 1].Reply });

    private static Turn[]? Recorded(int conversation, string line)
    {
        using var json = JsonDocument.Parse(line);
        var category = json.RootElement.GetProperty("category").GetString()!;
        JsonElement[] turns = [.. json.RootElement.GetProperty("turns").EnumerateArray()];
        return Array.TrueForAll(turns, turn => turn.ValueKind == JsonValueKind.Object)
            ? [.. turns.Select(turn => new Turn(conversation, category, Ids(turn, "prompt_ids"), Ids(turn, "completion_ids")))]
            : null;
    }

    private static int[] Ids(JsonElement turn, string name) => [.. turn.GetProperty(name).EnumerateArray().Select(id => id.GetInt32())];

    private static async Task GenerateAsync(string[] lines, List<int> wanted, ConcurrentDictionary<int, Turn[]> replies, string kept, string model)
    {
        using var loaded = LoadedModel.Load(new EngineOptions { Model = model, Device = "cpu" }, TimeProvider.System, NullLoggerFactory.Instance);
        using var writing = new SemaphoreSlim(1);
        // A few at once share each reading of the weights.
        await Parallel.ForEachAsync(wanted, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (line, cancellationToken) =>
        {
            var turns = replies[line] = await AnswerAsync(loaded, line, lines[line]);
            await writing.WaitAsync(cancellationToken);
            await File.AppendAllLinesAsync(kept, [JsonSerializer.Serialize(turns)], cancellationToken);
            writing.Release();
            await Console.Error.WriteAsync($"\rconversations: {replies.Count}");
        });
        await Console.Error.WriteLineAsync();
    }

    private static async Task<Turn[]> AnswerAsync(LoadedModel model, int conversation, string line)
    {
        using var json = JsonDocument.Parse(line);
        var turns = new List<Turn>();
        var messages = new List<ChatMessage>();
        foreach (var turn in json.RootElement.GetProperty("turns").EnumerateArray())
        {
            messages.Add(new ChatMessage("user", turn.GetString()!));
            var prompt = model.Tokenizer.EncodeChat(messages);
            var reply = await ReplyAsync(model.Engine, prompt);
            messages.Add(new ChatMessage("assistant", model.Tokenizer.Decode(reply, skipSpecial: true)));
            turns.Add(new Turn(conversation, json.RootElement.GetProperty("category").GetString()!, prompt, reply));
        }

        return [.. turns];
    }

    private static async Task<int[]> ReplyAsync(IInferenceEngine engine, int[] prompt)
    {
        var request = new SequenceRequest
        {
            Id = Guid.NewGuid(),
            Tenant = $"{Guid.NewGuid()}",
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
