using NGrammys.Inference.Models;
using NGrammys.TestSupport;
using TorchSharp;

namespace NGrammys.Inference.Torch.Tests;

/// <summary>Alone in the process while it runs: the tensors of all threads are counted.</summary>
[CollectionDefinition(nameof(SoakTests), DisableParallelization = true)]
[Collection(nameof(SoakTests))]
public sealed class SoakTests
{
    [Fact]
    public async Task Requests_leave_no_tensor_behind()
    {
        TorchLibrary.Load();
        using var model = new TinyModel();
        var executor = new TorchExecutor(model.Folder.Decoder, model.Folder.Weights, DataType.Float32, 4096, "torch-cpu");
        using var fixture = new EngineFixture(executor, model.Folder.Decoder.VocabularySize, model.Folder.Decoder.ContextLength);
        var soak = new Soak(fixture, model.Folder.Decoder.VocabularySize, seed: 3);
        await soak.RunAsync(50);
        await IdleAsync(fixture);
        // What tests before this one have left to the collector must not go while it counts.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var (tensors, steps) = (torch.Tensor.TotalCount, fixture.Engine.Load.Steps);
        await soak.RunAsync(300);
        await IdleAsync(fixture);
        Assert.True(fixture.Engine.Load.Steps > steps + 100, $"{fixture.Engine.Load.Steps - steps} steps");
        Assert.InRange(torch.Tensor.TotalCount, 0, tensors);
    }

    // A cancelled request may still be in a pass; the engine answers the next one when it is over.
    private static async Task IdleAsync(EngineFixture fixture) => await fixture.RunAsync(EngineFixture.Request([1], 2));
}
