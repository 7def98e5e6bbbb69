using System.Diagnostics;
using NGrammys.Inference.Cpu;
using NGrammys.Inference.Execution;
using NGrammys.Inference.Models;
using NGrammys.Inference.Torch;
using NGrammys.TestSupport;

namespace NGrammys.Exactness.Benchmarks;

/// <summary>Thousands of requests through one engine: managed heap, resident memory and live tensors at ten points of the way.</summary>
internal static class LongRun
{
    private const int Points = 10;
    private const int KvRows = 4096;

    public static async Task<object> RunAsync(string device, int requests)
    {
        using var model = new TinyModel();
        if (device != "cpu") TorchLibrary.Load();
        IForwardExecutor executor = device == "cpu"
            ? new CpuExecutor(model.Folder.Decoder, model.Folder.Weights, DataType.Float32, KvRows)
            : new TorchExecutor(model.Folder.Decoder, model.Folder.Weights, DataType.Float32, KvRows, device);
        using var fixture = new EngineFixture(executor, model.Folder.Decoder.VocabularySize, model.Folder.Decoder.ContextLength);
        var soak = new Soak(fixture, model.Folder.Decoder.VocabularySize, seed: 1);
        var points = new List<object>();
        for (var point = 1; point <= Points; point++)
        {
            await soak.RunAsync(requests / Points);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            using var process = Process.GetCurrentProcess();
            points.Add(new
            {
                Requests = point * (requests / Points),
                ManagedMegabytes = Math.Round(GC.GetGCMemoryInfo(GCKind.FullBlocking).HeapSizeBytes / 1e6, 2),
                ResidentMegabytes = Math.Round(process.WorkingSet64 / 1e6, 1),
                LiveTensors = device == "cpu" ? 0 : TorchSharp.torch.Tensor.TotalCount,
                KvRowsUsed = fixture.Engine.Load.KvRowsUsed,
            });
            Console.Error.WriteLine(points[^1]);
        }

        return new { Device = device, Points = points };
    }
}
