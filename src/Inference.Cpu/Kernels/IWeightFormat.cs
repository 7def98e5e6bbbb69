using System.Runtime.CompilerServices;
using NGrammys.Inference.Cpu.Lanes;

namespace NGrammys.Inference.Cpu.Kernels;

/// <summary>How packed weights become float32 lanes.</summary>
internal unsafe interface IWeightFormat
{
    /// <summary>Bytes of sixteen weights.</summary>
    static abstract int LaneBytes { get; }

    static abstract TLanes Load<TLanes>(byte* source)
        where TLanes : struct, ILanes<TLanes>;
}

internal readonly unsafe struct BFloat16Weights : IWeightFormat
{
    public static int LaneBytes => 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(byte* source)
        where TLanes : struct, ILanes<TLanes> => TLanes.Widen((ushort*)source);
}

internal readonly unsafe struct Float32Weights : IWeightFormat
{
    public static int LaneBytes => 64;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(byte* source)
        where TLanes : struct, ILanes<TLanes> => TLanes.Load((float*)source);
}
