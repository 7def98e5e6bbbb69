using NGrammys.Inference.Abstractions;
using NGrammys.Inference.Torch;

namespace NGrammys.Cli.Diagnosis;

/// <summary>libtorch and the CUDA devices.</summary>
internal static class TorchCheck
{
    private const string DriverFile = "/proc/driver/nvidia/version";

    /// <summary>Looks at them.</summary>
    /// <param name="libTorchPath">See <c>Engine:LibTorchPath</c>.</param>
    public static IEnumerable<Finding> Look(string? libTorchPath)
    {
        var driver = File.Exists(DriverFile) ? File.ReadLines(DriverFile).First() : null;
        yield return new Finding("NVIDIA driver", driver ?? "none; the device is cpu");

        Finding library;
        var devices = 0;
        try
        {
            TorchLibrary.Load(libTorchPath);
            devices = TorchLibrary.CudaDevices(libTorchPath);
            library = new Finding("libtorch", $"{TorchLibrary.Version} loads, from {libTorchPath ?? "this build"}; {devices} CUDA devices",
                driver is not null && devices == 0 ? "There is a driver, but this libtorch finds no device: use a build with -p:TorchBackend=cuda, or Engine:LibTorchPath." : null);
        }
        catch (NGrammysException e)
        {
            library = new Finding("libtorch", e.Message, driver is null ? null : "Without it the GPUs are idle; the device cpu does without.");
        }

        yield return library;
        for (var device = 0; device < devices; device++)
        {
            var memory = CudaMemory.Of(device);
            yield return new Finding($"cuda:{device}", memory is { } m ? $"{m.Free >> 20:n0} of {m.Total >> 20:n0} MiB free" : "its memory cannot be read",
                memory is { Free: < 1L << 30 } ? "Another process holds its memory; stop that, or use another device." : null);
        }
    }
}
