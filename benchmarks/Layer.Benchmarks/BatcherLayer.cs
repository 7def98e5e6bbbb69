using NGrammys.Grains.Interfaces.Batching;

namespace NGrammys.Layer.Benchmarks;

/// <summary>The grain that is the engine's address in the cluster.</summary>
internal sealed class BatcherLayer(IBatcherGrain batcher) : ILayer
{
    private static readonly SequenceSampling Greedy = new()
    {
        Temperature = 0,
        TopK = 0,
        TopP = 1,
        MinP = 0,
        TypicalP = 1,
        RepetitionPenalty = 1,
        PresencePenalty = 0,
        FrequencyPenalty = 0,
        LogitBias = [],
        Seed = 0,
    };

    public string Name => "batcher";

    public Task<int[]> RunAsync(Work work)
    {
        var tenant = $"{Guid.NewGuid()}";
        return Task.WhenAll(work.Prompts.Select(prompt => ReadAsync(tenant, prompt, work.Tokens)));
    }

    private async Task<int> ReadAsync(string tenant, int[] prompt, int tokens)
    {
        var sequence = Guid.NewGuid();
        await batcher.Start(new SequenceStart
        {
            Sequence = sequence,
            Tenant = tenant,
            Ids = prompt,
            Position = 0,
            Choice = 0,
            Sampling = Greedy,
            MaxTokens = tokens,
            StopTokens = [],
            ExpectsDrafts = false,
        });
        for (var position = 0; ;)
        {
            var result = await batcher.Verify(new VerificationRequest { Sequence = sequence, Position = position });
            position += result.Steps.Sum(step => step.Tokens.Length);
            if (result.Finish is not null) return position;
        }
    }
}
