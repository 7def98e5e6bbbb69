using NGrammys.Grains.Batching;
using NGrammys.Inference.Abstractions;

namespace NGrammys.Grains.Tests.Batching;

public sealed class LocalDevicesTests
{
    private readonly StubEngine[] _engines = [new(), new(), new()];
    private readonly LocalDevices _devices;

    public LocalDevicesTests() => _devices = new LocalDevices(_engines);

    [Fact]
    public void Replies_spread_and_leave_room_when_they_end()
    {
        Assert.Equal([0, 1, 2, 0, 1, 2], Enumerable.Range(0, 6).Select(_ => _devices.Enter()));
        _devices.Leave(1);
        Assert.Equal(1, _devices.Enter());
        Assert.Equal(0, _devices.Enter());
    }

    [Fact]
    public async Task A_burst_spreads_evenly()
    {
        var entered = await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => Task.Run(() => _devices.Enter())));

        Assert.All(entered.CountBy(device => device), count => Assert.Equal(100, count.Value));
    }

    [Fact]
    public void A_conversation_stays_where_its_keys_and_values_are_unless_it_would_wait_for_nothing()
    {
        for (var i = 0; i < 3; i++) _devices.Enter(last: 2);

        Assert.Equal(2, _devices.Enter(last: 2));
        _engines[2].Load = new EngineLoad { Waiting = 1 };
        Assert.Equal(0, _devices.Enter(last: 2));
        _engines[1].Load = new EngineLoad { Waiting = 1 };
        Assert.Equal(2, _devices.Enter(last: 2));
    }

    [Fact]
    public void What_is_lost_or_has_failed_is_given_nothing_and_the_last_is_not_lost()
    {
        Assert.True(_devices.TryLose(0));
        _engines[1].Load = new EngineLoad { Failed = true };

        Assert.Equal([true, true, false], Enumerable.Range(0, 3).Select(_devices.IsLost));
        Assert.Equal([_engines[2]], _devices.Living);
        Assert.Equal(2, _devices.Enter());
        Assert.Equal(2, _devices.Enter(last: 0));
        Assert.True(_devices.LossOf(0).IsCancellationRequested);
        Assert.False(_devices.LossOf(1).IsCancellationRequested);
        Assert.False(_devices.TryLose(2));
        Assert.False(_devices.LossOf(2).IsCancellationRequested);
        Assert.True(_devices.TryLose(0));
    }

    private sealed class StubEngine : IInferenceEngine
    {
        public EngineLoad Load { get; set; } = new();

        public ModelInfo Model => throw new NotSupportedException();

        public void Check(SequenceRequest request) => throw new NotSupportedException();

        public IDisposable? Reserve(SequenceRequest request) => throw new NotSupportedException();

        public Task StartAsync(SequenceRequest request, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task<VerifyResult> VerifyAsync(VerifyRequest request, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task CancelAsync(Guid sequence) => throw new NotSupportedException();

        public Task ForgetAsync(Guid conversation) => throw new NotSupportedException();
    }
}
