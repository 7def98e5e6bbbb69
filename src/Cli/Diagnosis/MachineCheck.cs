using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NGrammys.Cli.Diagnosis;

/// <summary>Processors and memory.</summary>
internal static class MachineCheck
{
    // Below it the bundled model runs, and hardly anything else.
    private const long LeastMemory = 2L << 30;

    /// <summary>Looks at them.</summary>
    public static IEnumerable<Finding> Look()
    {
        var vectors = Vector512.IsHardwareAccelerated ? "AVX-512" : Avx2.IsSupported && Fma.IsSupported ? "AVX2" : null;
        yield return new Finding("processors", $"{Environment.ProcessorCount}, {vectors ?? "without AVX2"}",
            vectors is null ? "The device cpu computes without wide vectors here, an order of magnitude slower; use a processor with AVX2 or a GPU." : null);
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        yield return new Finding("memory", $"{memory >> 20:n0} MiB may be used",
            memory < LeastMemory ? "Give the process or its container at least 2 GiB." : null);
    }
}
