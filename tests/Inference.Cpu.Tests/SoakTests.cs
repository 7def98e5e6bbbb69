using NGrammys.Inference.Models;
using NGrammys.TestSupport;

namespace NGrammys.Inference.Cpu.Tests;

/// <summary>Alone in the process while it runs: the heap of all threads is measured.</summary>
[CollectionDefinition(nameof(SoakTests), DisableParallelization = true)]
[Collection(nameof(SoakTests))]
public sealed class SoakTests
{
    [Fact]
    public async Task Requests_leave_no_cache_row_and_no_memory_behind()
    {
        using var model = new TinyModel();
        var executor = new CpuExecutor(model.Folder.Decoder, model.Folder.Weights, DataType.Float32, 4096, threads: 1);
        using var fixture = new EngineFixture(executor, model.Folder.Decoder.VocabularySize, model.Folder.Decoder.ContextLength);
        var soak = new Soak(fixture, model.Folder.Decoder.VocabularySize, seed: 5);
        await soak.RunAsync(300);
        var before = await AliveAsync(fixture);
        await soak.RunAsync(1500);
        // A request that was kept would hold its prompt, its steps and their arrays: kilobytes.
        Assert.InRange(await AliveAsync(fixture) - before, long.MinValue, 1_000_000);
        Assert.Equal(0, fixture.Engine.Load.KvRowsUsed);
    }

    private static async Task<long> AliveAsync(EngineFixture fixture)
    {
        await Idle().For("the engine to release its last sequence");
        // What tests before this one have left to finalizers must not go, or come back, while it measures.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        var heap = GC.GetGCMemoryInfo(GCKind.FullBlocking);
        return heap.HeapSizeBytes - heap.FragmentedBytes;

        // It publishes its load when it falls idle.
        async Task Idle()
        {
            while (fixture.Engine.Load is not { Running: 0, KvRowsUsed: 0 }) await Task.Delay(1);
        }
    }
}
