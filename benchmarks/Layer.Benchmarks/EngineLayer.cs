using NGrammys.Inference.Abstractions;

namespace NGrammys.Layer.Benchmarks;

/// <summary>The engine's step loop, asked in this process.</summary>
internal sealed class EngineLayer(IInferenceEngine engine) : ILayer
{
    public string Name => "engine step";

    public async Task<int[]> RunAsync(Work work)
    {
        // A tenant of its own: what an earlier round has read must not serve this one.
        var tenant = $"{Guid.NewGuid()}";
        work.Replies = await Task.WhenAll(work.Prompts.Select(prompt => ReadAsync(tenant, prompt, work.Tokens)));
        return [.. work.Replies.Select(reply => reply.Length)];
    }

    private async Task<int[]> ReadAsync(string tenant, int[] prompt, int tokens)
    {
        var request = new SequenceRequest { Id = Guid.NewGuid(), Tenant = tenant, Ids = prompt, MaxTokens = tokens, ExpectsDrafts = false };
        await engine.StartAsync(request);
        var reply = new List<int>();
        while (true)
        {
            var result = await engine.VerifyAsync(new VerifyRequest { Sequence = request.Id, Position = reply.Count });
            foreach (var step in result.Steps) reply.AddRange(step.Tokens);
            if (result.Finish is not null) return [.. reply];
        }
    }
}
