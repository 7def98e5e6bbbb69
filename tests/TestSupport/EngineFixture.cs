using Microsoft.Extensions.Logging.Abstractions;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Engine;
using NGrammys.Inference.Execution;
using Xunit;

namespace NGrammys.TestSupport;

/// <summary>An engine over an executor of the test's, and a client that drives one sequence to its end.</summary>
public sealed class EngineFixture(IForwardExecutor executor, int vocabulary, int contextLength = 4096, TimeProvider? time = null, int prefillChunk = 256,
    ITokenizer? tokenizer = null)
    : IDisposable
{
    /// <summary>What a test waits for at most; a wait that long means that what it waited for will never come.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public InferenceEngine Engine { get; } = new(
        new ModelInfo
        {
            Name = "test",
            Fingerprint = "test",
            ContextLength = contextLength,
            VocabularySize = vocabulary,
            StopTokens = [],
            DataType = "float32",
            Device = executor.Device,
        },
        executor, time ?? TimeProvider.System, NullLogger<InferenceEngine>.Instance, prefillChunk, tokenizer);

    /// <summary>Runs a sequence to its end and returns its steps.</summary>
    /// <param name="request">The sequence.</param>
    /// <param name="draft">Guesses the continuation of prompt and reply so far; null = none.</param>
    /// <param name="patience">What one answer may take.</param>
    public async Task<List<StepResult>> RunAsync(SequenceRequest request, Func<List<int>, DraftNode[]>? draft = null, TimeSpan? patience = null)
    {
        var context = request.Ids.ToList();
        var steps = new List<StepResult>();
        await Engine.StartAsync(request);
        for (var position = request.Position; ;)
        {
            var question = new VerifyRequest { Sequence = request.Id, Position = position, Draft = draft?.Invoke(context) ?? [] };
            var result = await Engine.VerifyAsync(question).For($"what the engine says from position {position} on", patience);
            foreach (var step in result.Steps)
            {
                Assert.Equal(position, step.Position);
                steps.Add(step);
                context.AddRange(step.Tokens);
                position += step.Tokens.Length;
            }

            if (result.Finish is null) continue;
            // Tells the engine that everything has arrived.
            await Engine.VerifyAsync(question with { Position = position, Draft = [] }).For("the engine's word that the sequence has ended", patience);
            return steps;
        }
    }

    public static SequenceRequest Request(int[] ids, int maxTokens) =>
        new() { Id = Guid.NewGuid(), Tenant = "test", Ids = ids, MaxTokens = maxTokens };

    public void Dispose() => Engine.Dispose();
}
