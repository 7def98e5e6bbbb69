using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Execution;
using NGrammys.Inference.Models;
using NGrammys.Inference.Torch;
using NGrammys.TestSupport;

namespace NGrammys.Exactness.Benchmarks;

/// <summary>How often an executor that rounds by batch size agrees with itself: plain against speculated, next to plain against plain in a larger batch.</summary>
internal static class TorchAgreement
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    public static async Task<object> RunAsync(string folder, List<RecordedTurn> turns, int replies, int length)
    {
        using var model = ModelFolder.Open(folder);
        TorchLibrary.Load();
        var chosen = turns.OrderBy(turn => turn.Prompt.Length).Take(replies).ToList();
        var results = new List<object>();
        foreach (var type in (DataType[])[DataType.Float32, DataType.BFloat16]) results.Add(await RunAsync(model, type, chosen, length));
        return new { Replies = chosen.Count, TokensOfEach = length, Device = "torch-cpu", Results = results, Machine.Description };
    }

    private static async Task<object> RunAsync(ModelFolder model, DataType type, List<RecordedTurn> turns, int length)
    {
        var rows = turns.Sum(turn => turn.Prompt.Length + length + 65);
        int[][] plain, together, speculated;
        using (var fixture = new EngineFixture(Executor(), model.Decoder.VocabularySize, model.Decoder.ContextLength))
        {
            plain = await InTurnAsync(turn => ReplyAsync(fixture, turn, speculate: false));
            together = await Task.WhenAll(turns.Select(turn => ReplyAsync(fixture, turn, speculate: false)));
            speculated = await InTurnAsync(turn => ReplyAsync(fixture, turn, speculate: true));
        }

        using var executor = Executor();
        return new
        {
            Arithmetic = type.ToString().ToLowerInvariant(),
            PlainInOneBatch = Compare(together),
            Speculated = Compare(speculated),
        };

        IForwardExecutor Executor() => new TorchExecutor(model.Decoder, model.Weights, type, rows, "torch-cpu");

        async Task<int[][]> InTurnAsync(Func<RecordedTurn, Task<int[]>> reply)
        {
            var all = new List<int[]>();
            foreach (var turn in turns) all.Add(await reply(turn));
            return [.. all];
        }

        async Task<int[]> ReplyAsync(EngineFixture fixture, RecordedTurn turn, bool speculate)
        {
            var request = EngineFixture.Request(turn.Prompt, length) with { ExpectsDrafts = speculate };
            var steps = await fixture.RunAsync(request, speculate ? new HonestDrafts(turn.Prompt).Next : null, Patience);
            Console.Error.Write('.');
            return [.. steps.SelectMany(step => step.Tokens)];
        }

        object Compare(int[][] other)
        {
            var divergences = new List<object>();
            for (var i = 0; i < turns.Count; i++)
            {
                var at = plain[i].AsSpan().CommonPrefixLength(other[i]);
                if (at == plain[i].Length) continue;
                var margin = Margin(executor, [.. turns[i].Prompt, .. plain[i][..at]], plain[i][at], other[i][at]);
                divergences.Add(new { Reply = i, Position = at, Margin = Math.Round(margin, 6) });
            }

            return new { Identical = turns.Count - divergences.Count, FirstDivergences = divergences };
        }

        // By how much the plain reply's token was ahead of the other one, in the executor's own logits of the whole text in one pass.
        float Margin(IForwardExecutor forward, int[] text, int token, int instead)
        {
            var batch = new ForwardBatch();
            batch.BeginSlice(0, 0);
            for (var i = 0; i < text.Length; i++) batch.Add(text[i], i - 1, output: i == text.Length - 1);
            var logits = new float[model.Decoder.VocabularySize];
            forward.Forward(batch, logits);
            return Math.Abs(logits[token] - logits[instead]);
        }
    }
}
