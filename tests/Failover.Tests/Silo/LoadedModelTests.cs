using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Execution;
using NGrammys.Silo.Engines;
using NGrammys.TestSupport;

namespace NGrammys.Failover.Tests.Silo;

public sealed class LoadedModelTests
{
    private static readonly string Model = Path.Combine(AppContext.BaseDirectory, "models", "demo");

    [Fact]
    public async Task A_device_that_hangs_is_lost_and_the_other_computes_on()
    {
        var time = new FakeTimeProvider();
        HangingExecutor? hanging = null;
        IForwardExecutor Dress(IForwardExecutor executor, ITokenizer _) => hanging is null ? hanging = new HangingExecutor(executor) : executor;
        using var model = LoadedModel.Load(new EngineOptions { Model = Model, Device = "cpu,cpu", Threads = 1 }, time, NullLoggerFactory.Instance, dress: Dress);
        await model.Devices[0].StartAsync(Request(model), TestContext.Current.CancellationToken);
        await hanging!.Hangs.Task.For("the device to hang");

        time.Advance(TimeSpan.FromSeconds(60));
        Assert.False(model.Devices.IsLost(0));
        time.Advance(TimeSpan.FromSeconds(2));

        Assert.True(model.Devices.IsLost(0));
        Assert.False(model.Devices.IsLost(1));
        var request = Request(model);
        await model.Devices[1].StartAsync(request, TestContext.Current.CancellationToken);
        var result = await model.Devices[1].VerifyAsync(new VerifyRequest { Sequence = request.Id, Position = 0 }, TestContext.Current.CancellationToken).For("a token of the other device");
        Assert.NotEmpty(result.Steps);
        // What hangs is not waited for.
        await Task.Run(model.Dispose, TestContext.Current.CancellationToken).For("the model to be given up");
        hanging.GoOn.Set();
    }

    [Fact]
    public void Several_devices_serve_one_model_and_share_the_memory()
    {
        var options = new EngineOptions { Model = Model, Device = "cpu" };
        using var one = LoadedModel.Load(options, TimeProvider.System, NullLoggerFactory.Instance);
        using var two = LoadedModel.Load(options with { Device = "cpu, cpu" }, TimeProvider.System, NullLoggerFactory.Instance);

        Assert.Equal(2, two.Devices.Count);
        Assert.Equal((one.Engine.Model.Fingerprint, one.Engine.Model.Device), (two.Devices[1].Model.Fingerprint, two.Devices[1].Model.Device));
        Assert.Equal(two.Devices[0].Model.ContextLength, two.Devices[1].Model.ContextLength);
        Assert.Null(two.Devices[1].Load.Memory);
    }

    [Theory]
    [InlineData("cpu,gpu", "There is no device 'gpu'")]
    [InlineData("cpu,", "There is no device ''")]
    [InlineData("cuda:1,cuda:0,cuda:1", "names cuda:1 twice")]
    [InlineData("cpu,cuda:0", "compute in different data types")]
    public void Devices_that_do_not_go_together_are_refused_in_a_line(string device, string line)
    {
        var error = Assert.Throws<NGrammysException>(() => LoadedModel.Load(new EngineOptions { Model = Model, Device = device }, TimeProvider.System, NullLoggerFactory.Instance));

        Assert.Contains(line, error.Message, StringComparison.Ordinal);
    }

    private static SequenceRequest Request(LoadedModel model) => new()
    {
        Id = Guid.NewGuid(),
        Tenant = "tenant",
        Ids = model.Tokenizer.EncodeChat([new ChatMessage("user", "Hello")]),
        Sampling = SamplingParameters.Greedy,
        MaxTokens = 4,
        StopTokens = [],
        ExpectsDrafts = false,
    };

    private sealed class HangingExecutor(IForwardExecutor executor) : DelegatingExecutor(executor)
    {
        public TaskCompletionSource Hangs { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ManualResetEventSlim GoOn { get; } = new();

        public override void Forward(ForwardBatch batch, Span<float> logits)
        {
            Hangs.TrySetResult();
            if (!GoOn.Wait(EngineFixture.Patience)) throw new TimeoutException("The test never let the device go on.");
            base.Forward(batch, logits);
        }
    }
}
