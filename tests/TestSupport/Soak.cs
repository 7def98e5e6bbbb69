using NGrammys.Inference.Abstractions;

namespace NGrammys.TestSupport;

/// <summary>Requests without end, sixteen at a time: read to the end, cancelled, refused; drafted honestly, adversarially, not at all.</summary>
/// <param name="fixture">The engine.</param>
/// <param name="vocabulary">Its number of tokens.</param>
/// <param name="seed">Decides every request.</param>
public sealed class Soak(EngineFixture fixture, int vocabulary, int seed)
{
    private const int Together = 16;
    private int _requests;

    /// <summary>Makes so many more requests.</summary>
    public async Task RunAsync(int count)
    {
        var end = _requests + count;
        await Task.WhenAll(Enumerable.Range(0, Together).Select(_ => ClientAsync()));

        async Task ClientAsync()
        {
            while (Interlocked.Increment(ref _requests) is var number && number <= end) await RequestAsync(new Random(seed * 1_000_003 + number));
            Interlocked.Decrement(ref _requests);
        }
    }

    private async Task RequestAsync(Random random)
    {
        int[] prompt = [.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => random.Next(vocabulary))];
        var request = EngineFixture.Request(prompt, random.Next(1, 30)) with { StopTokens = [random.Next(vocabulary)] };
        switch (random.Next(8))
        {
            case 0:
                await fixture.Engine.StartAsync(request);
                await fixture.Engine.VerifyAsync(new VerifyRequest { Sequence = request.Id, Position = 0 });
                await fixture.Engine.CancelAsync(request.Id);
                return;
            case 1:
                try
                {
                    await fixture.Engine.StartAsync(request with { Ids = [vocabulary] });
                }
                catch (EngineException)
                {
                    // As it should be.
                }

                return;
            case 2 or 3 or 4:
                await fixture.RunAsync(request, new HonestDrafts(prompt).Next);
                return;
            default:
                await fixture.RunAsync(request, context => new AdversarialDrafts(random, vocabulary, prompt, 30).Next(context.Count - prompt.Length));
                return;
        }
    }
}
