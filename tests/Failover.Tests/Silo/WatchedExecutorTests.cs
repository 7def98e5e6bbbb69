using Microsoft.Extensions.Time.Testing;
using NGrammys.Inference.Execution;
using NGrammys.Silo.Engines;
using NGrammys.TestSupport;

namespace NGrammys.Failover.Tests.Silo;

public sealed class WatchedExecutorTests
{
    private const int Vocabulary = 16;

    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _failures = [];

    [Fact]
    public void Forward_tells_once_that_a_pass_hangs()
    {
        Forward(passes: 1, () =>
        {
            _time.Advance(TimeSpan.FromSeconds(60));
            Assert.Empty(_failures);
            _time.Advance(TimeSpan.FromSeconds(1));
            _time.Advance(TimeSpan.FromSeconds(10));
        });
        Assert.Contains("hangs", Assert.Single(_failures), StringComparison.Ordinal);
    }

    [Fact]
    public void Forward_fears_neither_many_long_passes_nor_the_time_between_them()
    {
        Forward(passes: 3, () => _time.Advance(TimeSpan.FromSeconds(45)));
        _time.Advance(TimeSpan.FromMinutes(5));

        Assert.Empty(_failures);
    }

    private void Forward(int passes, Action meanwhile)
    {
        var scripted = new ScriptedExecutor(Vocabulary, 64, _ => 1) { OnForward = _ => meanwhile() };
        using var executor = WatchedExecutor.Watch(scripted, TimeSpan.Zero, _time, _failures.Add);
        for (; passes > 0; passes--)
        {
            var batch = new ForwardBatch();
            batch.BeginSlice(0, 0);
            batch.Add(1, -1, output: true);
            executor.Forward(batch, new float[Vocabulary]);
        }
    }
}
