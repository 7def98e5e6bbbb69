using System.Text.Json;

namespace NGrammys.Exactness.Benchmarks;

/// <summary>A reply that a reference implementation made: prompt, reply, and up to where every choice was clear enough for float32 arithmetic to agree.</summary>
internal sealed record RecordedTurn(string Category, int[] Prompt, int[] Reply, int ExactUntil)
{
    public static List<RecordedTurn> Read(string path, int stride) =>
        [.. File.ReadLines(path).Where((_, i) => i % stride == 0).SelectMany(line =>
        {
            using var json = JsonDocument.Parse(line);
            var category = json.RootElement.GetProperty("category").GetString()!;
            return json.RootElement.GetProperty("turns").EnumerateArray()
                .Select(turn => new RecordedTurn(category, Ints(turn, "prompt_ids"), Ints(turn, "completion_ids"), turn.GetProperty("exact_until").GetInt32())).ToList();
        })];

    private static int[] Ints(JsonElement turn, string name) => [.. turn.GetProperty(name).EnumerateArray().Select(id => id.GetInt32())];
}
