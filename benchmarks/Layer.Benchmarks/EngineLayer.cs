using NGrammys.Inference.Abstractions;

namespace NGrammys.Layer.Benchmarks;

/// <summary>The engine's step loop, asked in this process.</summary>
internal sealed class EngineLayer(IInferenceEngine engine) : ILayer
{
    public string Name => "engine step";

    public Task<int[]> RunAsync(Work work)
    {
        // A tenant of its own: what another layer has read must not serve this one.
        var tenant = $"{Guid.NewGuid()}";
        return Task.WhenAll(work.Prompts.Select(prompt => ReadAsync(tenant, prompt, work.Tokens)));
    }

    private async Task<int> ReadAsync(string tenant, int[] prompt, int tokens)
    {
        var request = new SequenceRequest { Id = Guid.NewGuid(), Tenant = tenant, Ids = prompt, MaxTokens = tokens, ExpectsDrafts = false };
        await engine.StartAsync(request);
        for (var position = 0; ;)
        {
            var result = await engine.VerifyAsync(new VerifyRequest { Sequence = request.Id, Position = position });
            position += result.Steps.Sum(step => step.Tokens.Length);
            if (result.Finish is not null) return position;
        }
    }
}
