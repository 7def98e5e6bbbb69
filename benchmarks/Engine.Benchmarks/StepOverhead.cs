using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using NGrammys.Cli.Benchmarks;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Cpu;
using NGrammys.Inference.Engine;
using NGrammys.Inference.Execution;
using NGrammys.Inference.Models;

namespace NGrammys.Engine.Benchmarks;

/// <summary>What the engine does between two forward passes, as a share of a step: sampling, verification, scheduling, answers.</summary>
internal static class StepOverhead
{
    private const int Prompt = 64, Warm = 20;

    /// <summary>Decodes plainly in all conversations at once and prints the shares, and the time between tokens.</summary>
    /// <param name="shape">The model; its weights are random.</param>
    /// <param name="conversations">How many at once.</param>
    /// <param name="tokens">Tokens of each reply.</param>
    /// <param name="threads">Threads that compute.</param>
    public static async Task RunAsync(ModelShape shape, int conversations, int tokens, int threads)
    {
        using var model = new RandomModel(shape);
        var decoder = model.Folder.Decoder;
        var executor = new TimedExecutor(
            new CpuExecutor(decoder, model.Folder.Weights, DataType.Float32, conversations * (Prompt + tokens + 128), threads), conversations);
        var info = new ModelInfo
        {
            Name = shape.Name,
            Fingerprint = shape.Name,
            ContextLength = decoder.ContextLength,
            VocabularySize = decoder.VocabularySize,
            StopTokens = [],
            DataType = "float32",
            Device = executor.Device,
        };
        using var engine = new InferenceEngine(info, executor, TimeProvider.System, NullLogger<InferenceEngine>.Instance);
        await Task.WhenAll(Enumerable.Range(0, conversations).Select(i => ReadAsync(engine, i, tokens)));
        var (inside, outside) = (executor.Inside.Skip(Warm).Order().ToArray(), executor.Outside.Skip(Warm).Order().ToArray());
        Console.WriteLine($"{shape.Name}, {conversations} conversations, {threads} threads, {inside.Length} steps of {conversations} roots:");
        Console.WriteLine($"forward pass {inside[inside.Length / 2]:f3} ms, outside of it {outside[outside.Length / 2]:f3} ms (p90 {outside[outside.Length * 9 / 10]:f3}): "
            + $"{100 * outside[outside.Length / 2] / (inside[inside.Length / 2] + outside[outside.Length / 2]):f2} % of a step (medians), "
            + $"{100 * outside.Sum() / (inside.Sum() + outside.Sum()):f2} % (sums)");
        // Every step brings each conversation a token.
        var between = executor.Between.Skip(Warm).Order().ToArray();
        var (median, tail) = (between[between.Length / 2], between[between.Length * 99 / 100]);
        Console.WriteLine($"{conversations * between.Length / between.Sum() * 1000:f1} tokens/s, time between tokens p50 {median:f2} ms, p99 {tail:f2} ms ({tail / median:f2} times)");
    }

    private static async Task ReadAsync(InferenceEngine engine, int seed, int tokens)
    {
        var random = new Random(seed);
        var request = new SequenceRequest
        {
            Id = Guid.NewGuid(),
            Tenant = $"{seed % 4}",
            Ids = [.. Enumerable.Range(0, Prompt).Select(_ => random.Next(engine.Model.VocabularySize))],
            MaxTokens = tokens,
            ExpectsDrafts = false,
        };
        await engine.StartAsync(request);
        for (var position = 0; ;)
        {
            var result = await engine.VerifyAsync(new VerifyRequest { Sequence = request.Id, Position = position });
            position += result.Steps.Sum(step => step.Tokens.Length);
            if (result.Finish is not null) return;
        }
    }

    // Notes what lies between two passes of all conversations.
    private sealed class TimedExecutor(IForwardExecutor executor, int conversations) : DelegatingExecutor(executor)
    {
        private long _ended;

        public List<double> Inside { get; } = [];

        public List<double> Outside { get; } = [];

        public List<double> Between { get; } = [];

        public override void Forward(ForwardBatch batch, Span<float> logits)
        {
            var began = Stopwatch.GetTimestamp();
            base.Forward(batch, logits);
            var ended = Stopwatch.GetTimestamp();
            if (batch.Count == conversations && batch.Outputs.Count == conversations)
            {
                if (_ended != 0)
                {
                    Outside.Add(Stopwatch.GetElapsedTime(_ended, began).TotalMilliseconds);
                    Between.Add(Stopwatch.GetElapsedTime(_ended, ended).TotalMilliseconds);
                }

                Inside.Add(Stopwatch.GetElapsedTime(began, ended).TotalMilliseconds);
                _ended = ended;
            }
            else
            {
                _ended = 0;
            }
        }
    }
}
