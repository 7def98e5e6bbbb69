using System.Text.Json;
using NGrammys.Inference.Tokenization;
using NGrammys.TestSupport;

namespace NGrammys.Reference.Tests.Drafting;

/// <summary>A prompt and the greedy reply that a real model gave to it.</summary>
/// <param name="Conversation">Which conversation it belongs to; later turns repeat the earlier ones in their prompt.</param>
/// <param name="Prompt">Token ids.</param>
/// <param name="Reply">Token ids, with the end token where it came.</param>
internal sealed record RecordedTurn(int Conversation, int[] Prompt, int[] Reply)
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
            .Select((line, conversation) => (conversation, JsonDocument.Parse(line).RootElement.GetProperty("turns")))
            .SelectMany(item => item.Item2.EnumerateArray().Select(turn => (item.conversation, Tokens: tokens(turn))))
            .Select(item => new RecordedTurn(item.conversation, item.Tokens.Prompt, item.Tokens.Reply)),
    ];

    private static int[] Ids(JsonElement turn, string name) => [.. turn.GetProperty(name).EnumerateArray().Select(id => id.GetInt32())];
}
