using System.IO.Compression;
using System.Text.Json;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Cli.Benchmarks.Serving;

/// <summary>
/// Reads prompts, one JSON object a line, also from <c>.gz</c>: of MT-Bench and Spec-Bench (<c>turns</c>), HumanEval (<c>task_id</c>, <c>prompt</c>), GSM8K
/// (<c>question</c>), OpenAI-style <c>messages</c> (those of the user), or one's own <c>prompt</c> or <c>turns</c>, with a <c>category</c> or without.
/// </summary>
internal static class PromptFile
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="NGrammysException">It is not there, or a line is nothing of that; the message names the line.</exception>
    public static List<Prompt> Read(string path)
    {
        if (!File.Exists(path)) throw new NGrammysException($"There is no file '{path}'.");
        using var file = File.OpenRead(path);
        using var plain = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : (Stream)file;
        using var reader = new StreamReader(plain);
        var prompts = new List<Prompt>();
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            if (line.Trim().Length > 0) prompts.Add(Parse(line, path, number));
        }

        return prompts.Count > 0 ? prompts : throw new NGrammysException($"'{path}' holds no prompts.");
    }

    private static Prompt Parse(string line, string path, int number)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var json = document.RootElement;
            if (json.ValueKind == JsonValueKind.Object && Turns(json) is { Count: > 0 } turns)
                return new Prompt(Text(json, "question_id") ?? Text(json, "task_id") ?? Text(json, "id") ?? $"{number}", Category(json, path), turns);
        }
        catch (JsonException)
        {
            // Said below.
        }

        throw new NGrammysException($"Line {number} of '{path}' is no prompt: it needs 'turns', 'prompt', 'question' or 'messages'.");
    }

    private static List<string> Turns(JsonElement json)
    {
        if (json.TryGetProperty("turns", out var turns) && turns.ValueKind == JsonValueKind.Array && turns.EnumerateArray().All(turn => turn.ValueKind == JsonValueKind.String))
            return [.. turns.EnumerateArray().Select(turn => turn.GetString()!)];
        if (json.TryGetProperty("messages", out var messages) && messages.ValueKind == JsonValueKind.Array)
        {
            return [.. messages.EnumerateArray().Where(message => message.ValueKind == JsonValueKind.Object && Text(message, "role") == "user")
                .Select(message => Text(message, "content")).OfType<string>()];
        }

        return (Text(json, "prompt") ?? Text(json, "question")) is { } one ? [one] : [];
    }

    private static string Category(JsonElement json, string path) => Text(json, "category")
        ?? (json.TryGetProperty("task_id", out _) ? "humaneval" : json.TryGetProperty("question", out _) ? "gsm8k" : Path.GetFileName(path).Split('.')[0]);

    private static string? Text(JsonElement json, string name) => !json.TryGetProperty(name, out var value) ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString() : value.ValueKind == JsonValueKind.Number ? value.GetRawText() : null;
}
