using System.Diagnostics;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Cpu;
using NGrammys.Inference.Models;
using NGrammys.TestSupport;

namespace NGrammys.Exactness.Benchmarks;

/// <summary>A real model's recorded replies, many conversations in one batch: speculation off, auto and adversarial, token by token.</summary>
internal static class RecordedTrace
{
    private const int Together = 16;
    private const int AdversarialNodes = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    public static async Task<object> RunAsync(string folder, List<RecordedTurn> turns)
    {
        using var model = ModelFolder.Open(folder);
        var rows = turns.OrderByDescending(Rows).Take(Together).Sum(Rows);
        using var fixture = new EngineFixture(new CpuExecutor(model.Decoder, model.Weights, DataType.Float32, rows), model.Decoder.VocabularySize, model.Decoder.ContextLength);
        var results = new List<object>();
        foreach (var mode in Enum.GetValues<DraftMode>()) results.Add(await RunAsync(fixture, model, turns, mode));
        return new { Turns = turns.Count, Tokens = turns.Sum(turn => turn.ExactUntil), Recorded = turns.Sum(turn => turn.Reply.Length), Together, Results = results, Machine.Description };
    }

    private static async Task<object> RunAsync(EngineFixture fixture, ModelFolder model, List<RecordedTurn> turns, DraftMode mode)
    {
        var (tokens, steps, drafted, accepted, different, done) = (0L, 0L, 0L, 0L, 0, 0);
        using var places = new SemaphoreSlim(Together);
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(turns.Where(turn => turn.ExactUntil > 0).Select(async turn =>
        {
            await places.WaitAsync();
            var request = EngineFixture.Request(turn.Prompt, turn.ExactUntil) with { ExpectsDrafts = mode != DraftMode.Off };
            var reply = await fixture.RunAsync(request, Drafter(turn, mode, model.Decoder.VocabularySize), Patience);
            places.Release();
            lock (places)
            {
                tokens += reply.Sum(step => step.Tokens.Length);
                steps += reply.Count;
                drafted += reply.Sum(step => step.Drafted);
                accepted += reply.Sum(step => step.Sources.Count(source => source != 0));
                if (!reply.SelectMany(step => step.Tokens).SequenceEqual(turn.Reply.Take(turn.ExactUntil))) different++;
                Console.Error.WriteLine($"{mode}: {++done} of {turns.Count} replies, {tokens} tokens, {different} different, {watch.Elapsed.TotalSeconds:f0} s");
            }
        }));
        return new { Mode = mode.ToString().ToLowerInvariant(), tokens, steps, drafted, accepted, RepliesDifferent = different, Seconds = Math.Round(watch.Elapsed.TotalSeconds) };
    }

    private static int Rows(RecordedTurn turn) => turn.Prompt.Length + turn.ExactUntil + 65;

    private static Func<List<int>, DraftNode[]>? Drafter(RecordedTurn turn, DraftMode mode, int vocabulary)
    {
        if (mode == DraftMode.Off) return null;
        if (mode == DraftMode.Auto) return new HonestDrafts(turn.Prompt).Next;
        var drafts = new AdversarialDrafts(new Random(turn.Prompt.Length), vocabulary, turn.Reply, AdversarialNodes);
        return context => drafts.Next(context.Count - turn.Prompt.Length);
    }
}
