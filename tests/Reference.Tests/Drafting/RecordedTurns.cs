using System.Text.Json;
using NGrammys.Drafting.Assessment;
using NGrammys.Inference.Tokenization;
using NGrammys.TestSupport;

namespace NGrammys.Reference.Tests.Drafting;

/// <summary>Greedy replies of real models.</summary>
internal static class RecordedTurns
{
    private const int EndToken = 2;

    /// <summary>Vicuna-7B-v1.3 on all questions of Spec-Bench.</summary>
    public static IReadOnlyList<RecordedTurn> Vicuna { get; } = ReadVicuna();

    /// <summary>SmolLM2-135M-Instruct on a part of them.</summary>
    public static IReadOnlyList<RecordedTurn> SmolLm2 { get; } = Read("smollm2_135m.jsonl", turn => (Ids(turn, "prompt_ids"), Ids(turn, "completion_ids")));

    private static List<RecordedTurn> ReadVicuna()
    {
        var tokenizer = Tokenizer.Load(SharedFolder.PathOf("tokenizers", "llama2"));
        return Read("spec_bench_vicuna_7b_v1.3.jsonl", turn =>
        {
            var text = turn.GetProperty("prompt").GetString()!;
            var prompt = tokenizer.Encode(text, addSpecial: true, parseSpecial: false);
            int[] whole = [.. tokenizer.Encode(text + turn.GetProperty("completion").GetString(), addSpecial: true, parseSpecial: false), EndToken];
            var common = prompt.AsSpan().CommonPrefixLength(whole);
            return (whole[..common], whole[common..]);
        });
    }

    private static List<RecordedTurn> Read(string file, Func<JsonElement, (int[] Prompt, int[] Reply)> tokens) =>
    [
        .. File.ReadLines(SharedFolder.PathOf("data", "traces", file))
            .Select((line, index) => (Id: new Guid(index, 0, 0, new byte[8]), Record: JsonDocument.Parse(line).RootElement))
            .SelectMany(item => item.Record.GetProperty("turns").EnumerateArray().Select(turn => (item.Id, Category: item.Record.GetProperty("category").GetString()!, Tokens: tokens(turn))))
            .Select(item => new RecordedTurn(item.Id, item.Category, item.Tokens.Prompt, item.Tokens.Reply)),
    ];

    private static int[] Ids(JsonElement turn, string name) => [.. turn.GetProperty(name).EnumerateArray().Select(id => id.GetInt32())];
}
