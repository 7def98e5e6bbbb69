using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NGrammys.Inference.Cpu.Lanes;

/// <summary>Which implementation of the sixteen lanes runs.</summary>
internal enum VectorWidth
{
    Scalar,
    Bits256,
    Bits512,
}

/// <summary>What the machine has.</summary>
internal static class VectorWidths
{
    /// <summary>The widest that it runs at full speed, with fused multiply-add.</summary>
    public static VectorWidth Best { get; } =
        Vector512.IsHardwareAccelerated && Avx512F.IsSupported ? VectorWidth.Bits512
        : Avx2.IsSupported && Fma.IsSupported ? VectorWidth.Bits256
        : VectorWidth.Scalar;
}
