using Microsoft.Extensions.Time.Testing;
using NGrammys.Inference.Abstractions;
using NGrammys.TestSupport;

namespace NGrammys.Conformance.Tests;

/// <summary>A server whose queue can be filled, and stays full for as long as a test wants: the clock of its engine stands still, so that nobody's lease runs out.</summary>
public sealed class FullServer() : EngineServer("full", "full", Rows / 2, Rows, context => 'a' + context.Count % 26, new FakeTimeProvider())
{
    private const int Rows = 2048, Reply = 300;

    /// <summary>Fills it, for the tenant of the test's keys, with sequences that nobody reads and that stand still, until what it returns is disposed.</summary>
    internal async Task<IAsyncDisposable> FillAsync()
    {
        var crowd = new Crowd(Engine);
        while (Engine.Reserve(Newcomer()) is { } place)
        {
            place.Dispose();
            await crowd.AddAsync(Newcomer()).For("one more to be queued");
        }

        return crowd;
    }

    private static SequenceRequest Newcomer() =>
        new() { Id = Guid.NewGuid(), Tenant = "local", Ids = [1, 2, 3], MaxTokens = Reply, RunAhead = 1, ExpectsDrafts = false };

    private sealed class Crowd(IInferenceEngine engine) : IAsyncDisposable
    {
        private readonly List<Guid> _members = [];

        public Task AddAsync(SequenceRequest member)
        {
            _members.Add(member.Id);
            return engine.StartAsync(member);
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var member in _members) await engine.CancelAsync(member);
        }
    }
}
