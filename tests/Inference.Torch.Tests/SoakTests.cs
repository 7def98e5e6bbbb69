using NGrammys.Inference.Models;
using NGrammys.TestSupport;
using TorchSharp;

namespace NGrammys.Inference.Torch.Tests;

public sealed class SoakTests
{
    // Other tests of this assembly make tensors, too; only the engine's own thread is counted.
    [Fact]
    public async Task Requests_leave_no_tensor_behind()
    {
        TorchLibrary.Load();
        using var model = new TinyModel();
        var executor = new CountingExecutor(new TorchExecutor(model.Folder.Decoder, model.Folder.Weights, DataType.Float32, 4096, "torch-cpu"));
        using var fixture = new EngineFixture(executor, model.Folder.Decoder.VocabularySize, model.Folder.Decoder.ContextLength);
        await new Soak(fixture, model.Folder.Decoder.VocabularySize, seed: 3).RunAsync(300);
        Assert.True(executor.Passes > 100, $"{executor.Passes} passes");
        Assert.Equal(0, executor.LeftBehind);
    }

    [Fact]
    public void A_tensor_that_is_left_behind_is_counted()
    {
        TorchLibrary.Load();
        var before = CountingExecutor.Alive();
        using var left = torch.zeros(1);
        Assert.Equal(1, CountingExecutor.Alive() - before);
    }

    /// <summary>Counts the tensors that passes leave behind, by what the thread created and disposed.</summary>
    private sealed class CountingExecutor(Execution.IForwardExecutor inner) : Execution.IForwardExecutor
    {
        public string Device => inner.Device;

        public int KvRows => inner.KvRows;

        public int Passes { get; private set; }

        public long LeftBehind { get; private set; }

        public void Forward(Execution.ForwardBatch batch, Span<float> logits)
        {
            var before = Alive();
            inner.Forward(batch, logits);
            LeftBehind += Alive() - before;
            Passes++;
        }

        public void MoveRows(ReadOnlySpan<int> from, int to)
        {
            var before = Alive();
            inner.MoveRows(from, to);
            LeftBehind += Alive() - before;
        }

        public void Dispose() => inner.Dispose();

        public static long Alive() => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
    }
}
