using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NGrammys.Exactness.Benchmarks;

/// <summary>Where a result was made.</summary>
internal static class Machine
{
    public static string Description { get; } =
        $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSArchitecture}, {Environment.ProcessorCount} cores, vectors of "
        + (Vector512.IsHardwareAccelerated ? "512 bits" : Vector256.IsHardwareAccelerated ? "256 bits" : "none");
}
